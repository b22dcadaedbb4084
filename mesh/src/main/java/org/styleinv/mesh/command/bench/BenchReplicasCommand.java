package org.styleinv.mesh.command.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.bench.fleet.ReplicaBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.wire.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench replicas}: what a frame costs by the number of a service's replicas. */
@Command(
        name = "replicas",
        description = {
            "Frames a second of the processors' time that a service takes, by the number of its replicas: a line of figures for each.",
            "A mesh of processes for each number, all of them up, read in turn by streams as fast as they come; the ratio is to the first number."
        },
        mixinStandardHelpOptions = true)
final class BenchReplicasCommand implements Callable<Integer> {
    private static final int MOST_STREAMS = 64;
    private static final int MOST_PARTITIONS = 64;
    private static final int MOST_WARM_UP = 1_000_000;

    @Option(
            names = "--of",
            paramLabel = "SERVICE",
            defaultValue = "decoder",
            description = "Whose: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ReplicaBench.Service service;

    @Option(
            names = "--counts",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,2,4",
            description = "Numbers of replicas, 1 to " + ReplicaBench.MOST + " (default: ${DEFAULT-VALUE}).")
    private List<Integer> counts;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "8",
            description = "How many streams at a time (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--each",
            description =
                    "So many streams for each replica, so that all have as many, instead of so many for all of them together.")
    private boolean each;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "100",
            description = "Frames of a stream in a turn (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "9",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "4000",
            description = "Frames for each replica before a round counts (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "4",
            description = "Partitions of each topic, by which streams are shared out (default: ${DEFAULT-VALUE}).")
    private int partitions;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        demandSizes();
        Logging.none();
        Path chosen = choice.model();
        Mesh.demandModel(chosen);
        report.status("starting meshes of " + counts);
        Path folder = Stopping.scratch(Path.of(System.getProperty("java.io.tmpdir")));
        try {
            var load = new ReplicaBench.Load(streams, each, frames, warmUp, partitions);
            for (Map<String, Object> figures : new ReplicaBench(MeshChoice.home(), chosen, folder, load)
                    .measure(service, counts, rounds, done -> report.progress("rounds", done, rounds))) {
                report.json(figures);
                report.say(
                        "%s x %s, %s streams: %s frames/s of a core (quartiles %s to %s), ratio %s (%s to %s); %s ms of processors a frame, %s of all"
                                + " the mesh; %s frames/s by the clock; %s a batch",
                        figures.get("of"),
                        figures.get("replicas"),
                        figures.get("streams"),
                        figures.get("fps_per_core"),
                        figures.get("fps_per_core_p25"),
                        figures.get("fps_per_core_p75"),
                        figures.get("ratio"),
                        figures.get("ratio_p25"),
                        figures.get("ratio_p75"),
                        figures.get("cpu_ms_per_frame"),
                        figures.get("mesh_cpu_ms_per_frame"),
                        figures.get("fps"),
                        figures.get("batch"));
                report.say(
                        "  made by replica, on %s partitions: %s; the least busy has %s of an even share; rounds with an idle one: %s",
                        figures.get("partitions"),
                        figures.get("made_by_replica"),
                        figures.get("least_share"),
                        figures.get("rounds_with_an_idle_replica"));
            }
        } finally {
            Stopping.delete(folder);
        }
        return 0;
    }

    private void demandSizes() {
        if (counts.stream().anyMatch(count -> count < 1 || count > ReplicaBench.MOST)) {
            throw Failure.input("--counts must be from 1 to " + ReplicaBench.MOST + ", got " + counts);
        }
        if (streams < 1 || streams > MOST_STREAMS || frames < 2 || rounds < 1 || warmUp < 0 || warmUp > MOST_WARM_UP) {
            throw Failure.input("--streams must be from 1 to " + MOST_STREAMS
                    + ", --frames at least 2, --rounds at least 1 and --warm-up from 0 to " + MOST_WARM_UP + ", got "
                    + streams + ", " + frames + ", " + rounds + " and " + warmUp);
        }
        if (partitions < counts.stream().mapToInt(count -> count).max().orElse(1) || partitions > MOST_PARTITIONS) {
            throw Failure.input("--partitions must be from the most replicas, which own one each, to " + MOST_PARTITIONS
                    + ", got " + partitions + " and replicas " + counts + "; a mesh has "
                    + Topics.Settings.DEFAULTS.partitions() + " unless it is told otherwise");
        }
    }
}
