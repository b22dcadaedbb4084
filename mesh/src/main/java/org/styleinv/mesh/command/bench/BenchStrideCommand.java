package org.styleinv.mesh.command.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.bench.StrideBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.proto.wire.FrameRange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench stride}: what {@code --motion-stride} costs and saves. */
@Command(
        name = "stride",
        description = {
            "What --motion-stride saves, and what it costs: a line of figures for each stride.",
            "Errors are of the frames that the motion network is not asked for, against those that it makes for the same request;"
                    + " times are of the latents alone."
        },
        mixinStandardHelpOptions = true)
final class BenchStrideCommand implements Callable<Integer> {
    private static final int MOST_FRAMES = 100_000;
    private static final int MOST_STREAMS = 1000;

    @Option(
            names = "--strides",
            paramLabel = "N",
            split = ",",
            defaultValue = "2,3,4",
            description = "Strides, from 2 to 16 (default: ${DEFAULT-VALUE}).")
    private List<Integer> strides;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "8",
            description = "How many streams, of seeds from 0 (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "160",
            description = "Frames of a stream (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (strides.stream().anyMatch(stride -> stride < 2 || stride > FrameRange.MAX_STRIDE)) {
            throw Failure.input("--strides must be from 2 to " + FrameRange.MAX_STRIDE + ", got " + strides);
        }
        if (frames < 2 || frames > MOST_FRAMES || streams < 1 || streams > MOST_STREAMS || rounds < 1) {
            throw Failure.input("--frames must be from 2 to " + MOST_FRAMES + ", --streams from 1 to " + MOST_STREAMS
                    + " and --rounds at least 1, got " + frames + ", " + streams + " and " + rounds);
        }
        Logging.none();
        try (var bench = new StrideBench(ModelFolder.open(choice.model()), frames, streams)) {
            for (int stride : strides) {
                report.status("measuring stride " + stride);
                Map<String, Object> figures = bench.measure(
                        stride, rounds, done -> report.progress("rounds of stride " + stride, done, rounds));
                report.json(figures);
                report.say(
                        "stride %s at %s pixels: %s frames between at %s dB, the worst at %s dB (%s of their way in W); %s ms"
                                + " a latent, %s without, ratio %s",
                        stride,
                        figures.get("resolution"),
                        figures.get("frames_between"),
                        figures.get("psnr_db"),
                        figures.get("psnr_least_db"),
                        figures.get("w_error"),
                        figures.get("ms_per_frame"),
                        figures.get("baseline_ms_per_frame"),
                        figures.get("ratio"));
            }
        }
        return 0;
    }
}
