package org.styleinv.mesh.command.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.bench.fleet.CostBench;
import org.styleinv.mesh.bench.fleet.Extra;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench cost}: what a mesh pays for what guards it and shows it. */
@Command(
        name = "cost",
        description = {
            "What TLS, tokens and seals, or traces, cost a mesh: a line of figures for each.",
            "Two meshes of processes, with and without, are read at the same time by the same streams; the processors' time a frame is compared."
        },
        mixinStandardHelpOptions = true)
final class BenchCostCommand implements Callable<Integer> {
    private static final int MOST_STREAMS = 64;

    @Option(
            names = "--of",
            paramLabel = "WHAT",
            split = ",",
            defaultValue = "guard,traces,all_traces",
            description = "Which: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private List<Extra> extras;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many streams at a time (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "150",
            description = "Frames of a stream in a turn (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "24",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (streams < 1 || streams > MOST_STREAMS || frames < 2 || rounds < 1) {
            throw Failure.input("--streams must be from 1 to " + MOST_STREAMS
                    + ", --frames at least 2 and --rounds at least 1, got " + streams + ", " + frames + " and "
                    + rounds);
        }
        Logging.none();
        Path chosen = choice.model();
        Mesh.demandModel(chosen);
        for (Extra extra : extras) {
            report.status("measuring " + extra);
            Path folder = Stopping.scratch(Path.of(System.getProperty("java.io.tmpdir")));
            try {
                Map<String, Object> figures = new CostBench(MeshChoice.home(), chosen, folder, streams, frames)
                        .measure(extra, rounds, done -> report.progress("rounds of " + extra, done, rounds));
                report.json(figures);
                report.say(
                        "%s: %s ms of processors a frame, %s without, ratio %s (quartiles %s to %s), %s ms more (%s to %s); frames/s %s (%s to %s)",
                        figures.get("of"),
                        figures.get("cpu_ms_per_frame"),
                        figures.get("baseline_cpu_ms_per_frame"),
                        figures.get("cpu_ratio"),
                        figures.get("cpu_ratio_p25"),
                        figures.get("cpu_ratio_p75"),
                        figures.get("cpu_ms_more"),
                        figures.get("cpu_ms_more_p25"),
                        figures.get("cpu_ms_more_p75"),
                        figures.get("fps_ratio"),
                        figures.get("fps_ratio_p25"),
                        figures.get("fps_ratio_p75"));
            } finally {
                Stopping.delete(folder);
            }
        }
        return 0;
    }
}
