package org.styleinv.mesh.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.styleinv.mesh.local.Guarding;
import org.styleinv.mesh.local.MeshPorts;
import org.styleinv.mesh.process.Fleet;

/**
 * What an {@link Extra} costs: two meshes of processes on one machine, one with it and one without, read at the same time by the same streams,
 * so that what else the machine does disturbs both alike. The
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

    /** What a mesh spent on a round: milliseconds of processors a frame, by process, and frames a second. */
    private record Turn(Map<String, Double> cpu, double fps) {
        double cpuMs() {
            return cpu.values().stream().mapToDouble(one -> one).sum();
        }
    }

    /** One of the two. */
    private final class Rival implements AutoCloseable {
        private final Fleet fleet;
        private final Viewers viewers;

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

        Turn turn() throws Exception {
            Map<String, Double> before = fleet.cpuSeconds();
            long begun = System.nanoTime();
            viewers.together(frames);
            double seconds = (System.nanoTime() - begun) / NANOS;
            double count = (double) streams * frames;
            Map<String, Double> spent = fleet.cpuSeconds();
            spent.replaceAll((name, after) -> MILLIS * (after - before.getOrDefault(name, 0.0)) / count);
            return new Turn(spent, count / seconds);
        }

        @Override
        public void close() {
            viewers.close();
            fleet.close();
        }
    }

    /** The figures of it under the names that machines read. */
    public Map<String, Object> measure(Extra what, int rounds, IntConsumer progress) throws Exception {
        Extra.Setting setting = what.set(folder);
        double[] with = new double[rounds];
        double[] without = new double[rounds];
        double[] cost = new double[rounds];
        double[] more = new double[rounds];
        Map<String, double[]> parts = new LinkedHashMap<>(); // of what it is more, by process
        double[] pace = new double[rounds];
        ExecutorService both = Executors.newFixedThreadPool(2);
        try (AutoCloseable peer = setting.peer();
                var plain = new Rival("without", Guarding.of(Map.of()));
                var extended = new Rival("with", setting.guarding())) {
            for (int round = -WARM_UP; round < rounds; round++) {
                Future<Turn> one = both.submit(plain::turn);
                Future<Turn> other = both.submit(extended::turn);
                List<Turn> turns = Viewers.collect(List.of(one, other));
                Turn base = turns.get(0);
                Turn extra = turns.get(1);
                if (round >= 0) {
                    without[round] = base.cpuMs();
                    with[round] = extra.cpuMs();
                    cost[round] = extra.cpuMs() / base.cpuMs();
                    more[round] = extra.cpuMs() - base.cpuMs();
                    pace[round] = extra.fps() / base.fps();
                    for (Map.Entry<String, Double> part : extra.cpu().entrySet()) {
                        parts.computeIfAbsent(part.getKey(), name -> new double[rounds])[round] =
                                part.getValue() - base.cpu().getOrDefault(part.getKey(), 0.0);
                    }
                }
                progress.accept(Math.max(0, round + 1));
            }
        } finally {
            both.shutdownNow();
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", "cost");
        figures.put("of", what.name().toLowerCase(Locale.ROOT));
        figures.put("streams", streams);
        figures.put("frames", frames);
        figures.put("rounds", rounds);
        figures.put("cpu_ms_per_frame", Figures.rounded(Rounds.median(with)));
        figures.put("baseline", "the same mesh without it");
        figures.put("baseline_cpu_ms_per_frame", Figures.rounded(Rounds.median(without)));
        Figures.spread(figures, "cpu_ratio", cost);
        Figures.spread(figures, "cpu_ms_more", more);
        Map<String, Object> shares = new LinkedHashMap<>();
        parts.forEach((name, part) -> shares.put(name, Figures.rounded(Rounds.median(part))));
        figures.put("cpu_ms_more_by_process", shares);
        Figures.spread(figures, "fps_ratio", pace);
        return figures;
    }
}
