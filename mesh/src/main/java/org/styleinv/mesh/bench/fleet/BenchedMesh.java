package org.styleinv.mesh.bench.fleet;

import java.util.Map;
import org.styleinv.mesh.bench.Viewers;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.process.Fleet;

/** A mesh of processes that viewers read as fast as it comes, turn after turn. */
final class BenchedMesh implements AutoCloseable {
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    private static final double LEAST_REST = 1; // second; processors' time comes in hundredths

    private final Fleet fleet;
    private final Viewers viewers;
    private final int streams;
    private final int frames;
    private long ended; // the turn before, nanoseconds
    private double spentBefore; // seconds of processors, until then

    private BenchedMesh(Fleet fleet, int streams, int frames) {
        this.fleet = fleet;
        this.streams = streams;
        this.frames = frames;
        viewers = new Viewers(fleet.entrances(), fleet.door().access(), streams);
        spentBefore = sum(fleet.cpuSeconds());
        ended = System.nanoTime();
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param streams read at a time
     * @param frames  of each stream in a turn
     */
    static BenchedMesh start(Fleet.Settings settings, Guarding guarding, int streams, int frames) throws Exception {
        Fleet fleet = new Fleet(settings, guarding);
        try {
            fleet.start();
            return new BenchedMesh(fleet, streams, frames);
        } catch (Exception e) {
            fleet.close();
            throw e;
        }
    }

    /**
     * What a mesh spent on a turn.
     *
     * @param cpu  milliseconds of processors a frame, by process
     * @param fps  frames a second
     * @param idle seconds of processors that all of them took each second since the turn before, while others were read; NaN where that was no time
     */
    record Turn(Map<String, Double> cpu, double fps, double idle) {
        double cpuMs() {
            return sum(cpu);
        }
    }

    Fleet fleet() {
        return fleet;
    }

    Turn turn() throws Exception {
        Map<String, Double> before = fleet.cpuSeconds();
        long begun = System.nanoTime();
        double rest = (begun - ended) / NANOS;
        double idle = rest < LEAST_REST ? Double.NaN : (sum(before) - spentBefore) / rest;
        viewers.together(frames);
        double seconds = (System.nanoTime() - begun) / NANOS;
        double count = (double) streams * frames;
        Map<String, Double> spent = fleet.cpuSeconds();
        ended = System.nanoTime();
        spentBefore = sum(spent);
        spent.replaceAll((name, after) -> MILLIS * (after - before.getOrDefault(name, 0.0)) / count);
        return new Turn(spent, count / seconds, idle);
    }

    private static double sum(Map<String, Double> spent) {
        return spent.values().stream().mapToDouble(one -> one).sum();
    }

    @Override
    public void close() {
        viewers.close();
        fleet.close();
    }
}
