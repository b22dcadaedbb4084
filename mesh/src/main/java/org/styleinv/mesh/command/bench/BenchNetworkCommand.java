package org.styleinv.mesh.command.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.bench.network.NetworkBench;
import org.styleinv.mesh.bench.network.NetworkBench.Kind;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.PrecisionTrial;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.preset.ImageConfig;
import org.styleinv.network.preset.MotionConfig;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench decoder | encoder | motion}: one network by batch, against the same written plainly in eager DJL. */
abstract class BenchNetworkCommand implements Callable<Integer> {
    /** {@code w -> image}. */
    @Command(
            name = "decoder",
            description = "Painting, w to picture: milliseconds a frame by batch.",
            mixinStandardHelpOptions = true)
    static final class Decoder extends BenchNetworkCommand {
        Decoder() {
            super(Kind.DECODER);
        }
    }

    /** {@code image -> w0}. */
    @Command(
            name = "encoder",
            description = "Inversion, picture to w0: milliseconds a picture by batch.",
            mixinStandardHelpOptions = true)
    static final class Encoder extends BenchNetworkCommand {
        Encoder() {
            super(Kind.ENCODER);
        }
    }

    /** {@code (x0, s_t) -> w_t}. */
    @Command(
            name = "motion",
            description = {
                "Motion, time to latent: milliseconds a frame by batch.",
                "What is done once a stream is left out, of both rivals."
            },
            mixinStandardHelpOptions = true)
    static final class Motion extends BenchNetworkCommand {
        Motion() {
            super(Kind.MOTION);
        }
    }

    private static final int RESOLUTION = 256; // of the presets, unless another is asked for
    private static final int LEAST_RESOLUTION = 16;
    private static final int MOST_RESOLUTION = 1024;

    /** What the command line calls them. */
    enum Numbers {
        F32(Precision.FLOAT32),
        BF16(Precision.BFLOAT16),
        F16(Precision.FLOAT16);

        private final Precision precision;

        Numbers(Precision precision) {
            this.precision = precision;
        }
    }

    private final Kind kind;

    @ArgGroup
    private @Nullable Source source;

    private static final int MOST = 1024; // more than any machine has room for

    @Option(
            names = "--batch",
            paramLabel = "N",
            split = ",",
            defaultValue = "1,4,8",
            description = "Frames at a time; a line of figures for each (default: ${DEFAULT-VALUE}).")
    private List<Integer> batches;

    @Option(
            names = "--resolution",
            paramLabel = "N",
            split = ",",
            description =
                    "With --preset, pixels of a side: powers of two from 16 to 1024, one after another (default: 256).")
    private List<Integer> resolutions = List.of();

    @Option(
            names = "--precision",
            paramLabel = "f32|bf16|f16",
            defaultValue = "F32",
            description = "Of the convolutions; the baseline has f32 only (default: f32).")
    private Numbers numbers;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--layers",
            description =
                    "A line of figures for each layer instead: time, share, products, bytes, and how near it is to its roof, that is"
                            + " what its products take at the rate of a large product, or its bytes at that of a large sum.")
    private boolean layers;

    @Mixin
    private Console report;

    BenchNetworkCommand(Kind kind) {
        this.kind = kind;
    }

    /** Whose sizes are measured. */
    static final class Source {
        @Option(
                names = "--model",
                paramLabel = "DIR",
                description = "Model folder (default: $STYLEINV_MODEL, else models/faces-64).")
        private @Nullable Path model;

        @Option(
                names = "--preset",
                paramLabel = "NAME",
                description = "Random weights of a published configuration, such as paper256.")
        private @Nullable String preset;
    }

    @Override
    public Integer call() throws Exception {
        if (rounds < 1 || batches.stream().anyMatch(batch -> batch < 1 || batch > MOST)) {
            throw Failure.input("--rounds must be at least 1 and --batch from 1 to " + MOST + ", got " + rounds
                    + " and " + batches);
        }
        @Nullable String preset = source == null ? null : source.preset;
        if (!resolutions.isEmpty() && preset == null) {
            throw Failure.input("--resolution goes with --preset; a model folder has a resolution of its own");
        }
        if (!resolutions.stream().allMatch(BenchNetworkCommand::isResolution)) {
            throw Failure.input("--resolution takes powers of two from " + LEAST_RESOLUTION + " to " + MOST_RESOLUTION
                    + ", got " + resolutions);
        }
        Logging.none();
        PrecisionTrial.warning(numbers.precision).ifPresent(warning -> report.warn("%s", warning));
        if (preset == null) {
            Path model = MeshChoice.orDefault(source == null ? null : source.model);
            measure(NetworkBench.of(kind, ModelFolder.open(model), numbers.precision));
            return 0;
        }
        ImageConfig image = ImageConfig.named(preset);
        for (int resolution : resolutions.isEmpty() ? List.of(RESOLUTION) : resolutions) {
            var architecture =
                    new Architecture(image.generator(resolution), image.encoder(), MotionConfig.FFS.motion());
            measure(NetworkBench.random(kind, architecture, numbers.precision));
        }
        return 0;
    }

    private static boolean isResolution(int pixels) {
        return pixels >= LEAST_RESOLUTION && pixels <= MOST_RESOLUTION && Integer.bitCount(pixels) == 1;
    }

    private void measure(NetworkBench chosen) throws Exception {
        try (NetworkBench bench = chosen) {
            for (int batch : batches) {
                report.status("measuring batches of " + batch);
                if (layers) {
                    tell(bench.layers(
                            batch, rounds, done -> report.progress("rounds of batch " + batch, done, rounds)));
                    continue;
                }
                Map<String, Object> figures =
                        bench.measure(batch, rounds, done -> report.progress("rounds of batch " + batch, done, rounds));
                report.json(figures);
                report.say(
                        "%s %s pixels, batch %s, %s on %s: %s ms a frame, %s GFLOP/s useful (%s %% of the %s of a large"
                                + " product); %s: %s ms, ratio %s",
                        figures.get("name"),
                        figures.get("resolution"),
                        figures.get("batch"),
                        figures.get("precision"),
                        figures.get("device"),
                        figures.get("ms_per_frame"),
                        figures.get("useful_gflops"),
                        figures.get("percent_of_gemm"),
                        figures.get("gemm_gflops"),
                        figures.get("baseline"),
                        figures.get("baseline_ms_per_frame"),
                        figures.get("ratio"));
            }
        }
    }

    private void tell(List<Map<String, Object>> rows) {
        report.say(
                "%-32s %5s %9s %6s %9s %9s %9s %7s",
                "layer", "calls", "ms", "share", "GFLOP", "MB", "% of GEMM", "% of roof");
        for (Map<String, Object> row : rows) {
            report.json(row);
            report.say(
                    "%-32s %5s %9s %6s %9s %9s %9s %7s",
                    row.get("layer"),
                    row.get("calls"),
                    row.get("ms_per_frame"),
                    row.get("share"),
                    row.get("gflop_per_frame"),
                    row.get("mb_per_frame"),
                    row.get("percent_of_gemm"),
                    row.get("percent_of_roof"));
        }
    }
}
