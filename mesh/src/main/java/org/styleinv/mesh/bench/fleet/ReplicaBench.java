package org.styleinv.mesh.bench.fleet;

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
 * What a frame costs by the number of replicas of a service. A mesh of processes for each number, all of them up; they are read in turn, one at
 * a time, by streams as fast as they come, so that what is compared runs in the same minutes and no mesh takes the cores from another. What an idle one
 * takes is said, too. Time is the processors', of the service's own processes: replicas that share cores are slower by the clock, and dearer only by what replicas cost.
 */
public final class ReplicaBench {
    /** How many replicas a number may say: as many as topics have partitions by default, so that each owns one. */
    public static final int MOST = 4;

    private static final int TRIES = 3;

    private final Path home;
    private final Path model;
    private final Path folder;
    private final Load load;

    /** A service that has replicas. */
    public enum Service {
        DECODER,
        MOTION;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        private boolean runs(String process) {
            return process.equals(text()) || process.startsWith(text() + "-");
        }
    }

    /**
     * What is read.
     *
     * @param streams    at a time
     * @param each       whether as many for each replica, or all together
     * @param frames     of each stream in a turn
     * @param warmUp     frames that each replica has made, if work is shared evenly, before a turn counts: until the JVM's compilers are done
     * @param partitions of the topics
     */
    public record Load(int streams, boolean each, int frames, int warmUp, int partitions) {
        int streamsOf(int replicas) {
            return each ? streams * replicas : streams;
        }

        /** Turns before those that count. */
        int turnsBefore(int replicas) {
            long made = (long) streamsOf(replicas) * frames;
            return Math.toIntExact(((long) warmUp * replicas + made - 1) / made);
        }
    }

    /**
     * @param home   the checkout, with every application built
     * @param folder an empty one, for brokers and logs
     */
    public ReplicaBench(Path home, Path model, Path folder, Load load) {
        this.home = home;
        this.model = model;
        this.folder = folder;
        this.load = load;
    }

    /** Latents or frames that each replica has made since its start, and in how many batches. */
    private record Work(List<Double> made, double batches) {}

    /** A mesh with so many replicas. */
    private final class Rival implements AutoCloseable {
        private final Service service;
        private final int count;
        private final BenchedMesh mesh;
        private final List<Replicas.Turn> turns = new ArrayList<>();

        /** @param name of its folders */
        Rival(Service service, int count, String name) throws Exception {
            this.service = service;
            this.count = count;
            int motions = service == Service.MOTION ? count : 1;
            int decoders = service == Service.DECODER ? count : 1;
            mesh = BenchedMesh.start(
                    new Fleet.Settings(
                            home,
                            model,
                            folder.resolve(name),
                            Files.createDirectories(folder.resolve(name + "-log")),
                            "localhost",
                            "localhost",
                            MeshPorts.of(0, 0, 0, Fleet.Settings.row(motions, decoders)),
                            motions,
                            decoders),
                    Guarding.of(Map.of("styleinv.topics.partitions", Integer.toString(load.partitions()))),
                    load.streamsOf(count),
                    load.frames());
        }

        void turn() throws Exception {
            Work before = work();
            BenchedMesh.Turn turn = mesh.turn();
            Work after = work();
            List<Double> made = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                made.add(after.made().get(i) - before.made().get(i));
            }
            double own = turn.cpu().entrySet().stream()
                    .filter(process -> service.runs(process.getKey()))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
            turns.add(new Replicas.Turn(
                    own, turn.cpuMs(), turn.fps(), made, after.batches() - before.batches(), turn.idle()));
        }

        private Work work() throws InterruptedException {
            List<Double> made = new ArrayList<>();
            double batches = 0;
            for (String name : mesh.fleet().names()) {
                if (service.runs(name)) {
                    made.add(metric(name, "sum"));
                    batches += metric(name, "count");
                }
            }
            return new Work(made, batches);
        }

        /** A busy machine may let a page wait too long, which looks like one that says nothing. */
        private double metric(String name, String what) throws InterruptedException {
            double value = 0;
            for (int i = 0; i < TRIES && value == 0; i++) {
                value = mesh.fleet().metric(name, "styleinv_" + service.text() + "_batch_size_" + what);
            }
            return value;
        }

        @Override
        public void close() {
            mesh.close();
        }
    }

    /**
     * The figures of each number of replicas under the names that machines read.
     *
     * @param counts numbers of replicas; the others are compared with the first
     */
    public List<Map<String, Object>> measure(Service service, List<Integer> counts, int rounds, IntConsumer progress)
            throws Exception {
        List<Rival> rivals = new ArrayList<>();
        try {
            for (int count : counts) {
                rivals.add(new Rival(service, count, "mesh-" + rivals.size()));
            }
            for (Rival rival : rivals) {
                for (int turn = load.turnsBefore(rival.count); turn > 0; turn--) {
                    rival.turn();
                }
                rival.turns.clear();
            }
            for (int round = 1; round <= rounds; round++) {
                for (Rival rival : rivals) {
                    rival.turn();
                }
                progress.accept(round);
            }
            return rivals.stream()
                    .map(rival -> figures(rival, rivals.get(0), rounds))
                    .toList();
        } finally {
            rivals.forEach(Rival::close);
        }
    }

    private Map<String, Object> figures(Rival rival, Rival base, int rounds) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("name", "replicas");
        figures.put("of", rival.service.text());
        figures.put("replicas", rival.count);
        figures.put("partitions", load.partitions());
        figures.put("streams", load.streamsOf(rival.count));
        figures.put("frames", load.frames());
        figures.put("rounds", rounds);
        figures.put("baseline", "replicas: " + base.count);
        figures.putAll(Replicas.figures(rival.turns, base.turns));
        return figures;
    }
}
