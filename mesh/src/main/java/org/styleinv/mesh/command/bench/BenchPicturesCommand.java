package org.styleinv.mesh.command.bench;

import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.bench.picture.PictureBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench pictures}: what part of a frame's work encoding is. */
@Command(
        name = "pictures",
        description = {
            "What part of a frame's work its encoding is, as raw, PNG and JPEG: a line of figures for each.",
            "Latents, painting in batches of 16 and encoding take turns on one thread of the CPU, and that thread's own time is compared."
        },
        mixinStandardHelpOptions = true)
final class BenchPicturesCommand implements Callable<Integer> {
    private static final int MOST_FRAMES = 10_000;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "64",
            description = "Frames, sixteen of each face, of seeds from 0 (default: ${DEFAULT-VALUE}).")
    private int frames;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "9",
            description = "Rounds that count (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (frames < 1 || frames > MOST_FRAMES || rounds < 1) {
            throw Failure.input("--frames must be from 1 to " + MOST_FRAMES + " and --rounds at least 1, got " + frames
                    + " and " + rounds);
        }
        Logging.none();
        // One thread's time says all only where there is one. To be set before the engine is loaded.
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        if (ComputeDevice.chosen().isGpu()) {
            throw Failure.input("a thread's time says nothing of a GPU's: set STYLEINV_DEVICE=cpu");
        }
        try (var bench = new PictureBench(ModelFolder.open(choice.model()), frames)) {
            for (Map<String, Object> figures :
                    bench.measure(rounds, done -> report.progress("rounds of pictures", done, rounds))) {
                report.json(figures);
                report.say(
                        "%s at %s pixels: %s ms to encode a frame (quartiles %s to %s), beside %s latents and %s painting; share"
                                + " %s (%s to %s); %s bytes",
                        figures.get("encoding"),
                        figures.get("resolution"),
                        figures.get("ms_encode"),
                        figures.get("ms_encode_p25"),
                        figures.get("ms_encode_p75"),
                        figures.get("ms_latents"),
                        figures.get("ms_paint"),
                        figures.get("share"),
                        figures.get("share_p25"),
                        figures.get("share_p75"),
                        figures.get("bytes_per_frame"));
            }
        }
        return 0;
    }
}
