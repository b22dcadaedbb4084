package org.styleinv.mesh.command.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.bench.network.StepBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.trainer.command.bench.TrainBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench train}: a step of stage 1 against the same step written plainly in DJL. */
@Command(
        name = "train",
        description = {
            "A training step of generator and discriminator at faces-64, R1 and path length included.",
            "Against the same step written plainly in eager DJL, and what of it is waiting for data; or, with --iterations, the"
                    + " memory that it takes over many steps."
        },
        mixinStandardHelpOptions = true)
final class BenchTrainCommand implements Callable<Integer> {
    private static final int MOST = 1024; // more than any machine has room for

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "16",
            description = "Pictures a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds of 16 steps that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "0",
            description = "Look at memory over so many steps instead.")
    private int iterations;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of videos (default: a few rendered faces).")
    private @Nullable Path data;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (batch < 1 || batch > MOST || rounds < 1 || iterations < 0) {
            throw Failure.input("--batch must be from 1 to " + MOST
                    + ", --rounds at least 1 and --iterations at least 0, got " + batch + ", " + rounds + " and "
                    + iterations);
        }
        Logging.none();
        report.status("preparing data");
        Path scratch = Stopping.scratch(Path.of(System.getProperty("java.io.tmpdir")));
        try (TrainBench step = data == null ? TrainBench.rendered(scratch, batch) : TrainBench.on(data, batch)) {
            var bench = new StepBench(step);
            if (iterations > 0) {
                bench.memory(iterations, this::tellMemory);
            } else {
                report.status("measuring steps");
                tell(bench.measure(rounds, done -> report.progress("rounds of 16 steps", done, rounds)));
            }
        } finally {
            Stopping.delete(scratch);
        }
        return 0;
    }

    private void tell(Map<String, Object> figures) {
        report.json(figures);
        report.say(
                "a step of %s pictures of %s pixels: %s ms, %s ms a picture, %s %% of a large product's rate",
                figures.get("batch"),
                figures.get("resolution"),
                figures.get("ms_per_iteration"),
                figures.get("ms_per_frame"),
                figures.get("percent_of_gemm"));
        report.say(
                "  %s: %s ms a picture, ratio %s; of a step, loading data is %s",
                figures.get("baseline"),
                figures.get("baseline_ms_per_frame"),
                figures.get("ratio"),
                figures.get("loading_share"));
    }

    private void tellMemory(Map<String, Object> figures) {
        report.json(figures);
        if (figures.containsKey("iteration")) {
            report.say(
                    "step %s: resident %s MB, not Java's heap %s MB",
                    figures.get("iteration"), figures.get("rss_mb"), figures.get("native_mb"));
        } else {
            report.say(
                    "over %s steps resident memory moved by %s, native memory by %s",
                    figures.get("iterations"), figures.get("rss_growth"), figures.get("native_growth"));
        }
    }
}
