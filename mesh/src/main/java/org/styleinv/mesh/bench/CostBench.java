package org.styleinv.mesh.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.local.MeshPorts;
import org.styleinv.mesh.process.Fleet;

/**
 * What an {@link Extra} costs: two meshes of processes on one machine, one with it and one without, read in turns by the same streams. The
 * processors' time a frame, of all their processes, is what it costs; frames a second are what else runs here, too.
 */
public final class CostBench {
    private static final int WARM_UP =
            8; // rounds in which the compiler of the JVMs still works, on the rival with more code for longer
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final Path home;
    private final Path model;
    private final Path folder;
    private final int streams;
    private final int frames;

    /**
     * @param home    the checkout, with every application built
     * @param folder  an empty one, for brokers, keys and logs
     * @param streams read at a time
     * @param frames  of each stream in a turn
     */
    public CostBench(Path home, Path model, Path folder, int streams, int frames) {
        this.home = home;
        this.model = model;
        this.folder = folder;
        this.streams = streams;
        this.frames = frames;
    }

    /** One of the two, and what its turns came to. */
    private final class Rival implements AutoCloseable {
        private final Fleet fleet;
        private final Viewers viewers;
        private final List<Double> fps = new ArrayList<>();

        Rival(String name, Guarding guarding) throws Exception {
            fleet = new Fleet(
                    new Fleet.Settings(
                            home,
                            model,
                            folder.resolve(name),
                            Files.createDirectories(folder.resolve(name + "-log")),
                            "localhost",
                            "localhost",
                            MeshPorts.of(0, 0, 0, Fleet.Settings.row(1, 1)),
                            1,
                            1),
                    guarding);
            fleet.start();
            viewers = new Viewers(fleet.entrances(), fleet.door().access(), streams);
        }

        /** Milliseconds of processors a frame. */
        double turn() throws Exception {
            double before = fleet.cpuSeconds();
            long begun = System.nanoTime();
            viewers.together(frames);
            double count = (double) streams * frames;
            fps.add(count / ((System.nanoTime() - begun) / NANOS));
            return MILLIS * (fleet.cpuSeconds() - before) / count;
        }

        @Override
        public void close() {
            viewers.close();
            fleet.close();
        }
    }

    /** The figures of it under the names that machines read. */
    public Map<String, Object> measure(Extra extra, int rounds, IntConsumer progress) throws Exception {
        Extra.Setting setting = extra.set(folder);
        List<Double> shares = new ArrayList<>();
        List<Double> speeds = new ArrayList<>();
        Map<String, Double> costs;
        try (AutoCloseable peer = setting.peer();
                var without = new Rival("without", Guarding.of(Map.of()));
                var with = new Rival("with", setting.guarding())) {
            double[] last = new double[1];
            costs = new Rounds(WARM_UP)
                    .with("without", () -> last[0] = without.turn())
                    .with("with", () -> {
                        double cost = with.turn();
                        shares.add(cost / last[0]);
                        return cost;
                    })
                    .medians(rounds, progress);
            for (int i = WARM_UP; i < WARM_UP + rounds; i++) {
                speeds.add(with.fps.get(i) / without.fps.get(i));
            }
        }
        double[] pairs = shares.subList(WARM_UP, shares.size()).stream()
                .mapToDouble(x -> x)
                .toArray();
        double[] pace = speeds.stream().mapToDouble(x -> x).toArray();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", "cost");
        figures.put("of", extra.name().toLowerCase(Locale.ROOT));
        figures.put("streams", streams);
        figures.put("frames", frames);
        figures.put("rounds", rounds);
        figures.put("cpu_ms_per_frame", Figures.rounded(Rounds.figure(costs, "with")));
        figures.put("baseline", "the same mesh without it");
        figures.put("baseline_cpu_ms_per_frame", Figures.rounded(Rounds.figure(costs, "without")));
        figures.put("cpu_ratio", Figures.rounded(Rounds.median(pairs)));
        figures.put("cpu_ratio_p25", Figures.rounded(Rounds.percentile(pairs, 0.25)));
        figures.put("cpu_ratio_p75", Figures.rounded(Rounds.percentile(pairs, 0.75)));
        figures.put("fps_ratio", Figures.rounded(Rounds.median(pace)));
        figures.put("fps_ratio_p25", Figures.rounded(Rounds.percentile(pace, 0.25)));
        figures.put("fps_ratio_p75", Figures.rounded(Rounds.percentile(pace, 0.75)));
        return figures;
    }
}
