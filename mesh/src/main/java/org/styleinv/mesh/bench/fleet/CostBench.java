package org.styleinv.mesh.bench.fleet;

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
import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.Rounds;
import org.styleinv.mesh.bench.Viewers;
import org.styleinv.mesh.bench.fleet.BenchedMesh.Turn;
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

    private BenchedMesh mesh(String name, Guarding guarding) throws Exception {
        return BenchedMesh.start(
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
                guarding,
                streams,
                frames);
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
                var plain = mesh("without", Guarding.of(Map.of()));
                var extended = mesh("with", setting.guarding())) {
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
