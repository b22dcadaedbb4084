package org.styleinv.mesh.command.bench;

import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.bench.picture.MarkBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.checkpoint.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench mark}: what the mark in the pixels costs. */
@Command(
        name = "mark",
        description = {
            "What the invisible mark (styleinv.decoder.mark-key) costs of a frame, and how near it leaves it to what it was.",
            "Painting is by the model, with all compute threads; marks and encodings take one thread each."
        },
        mixinStandardHelpOptions = true)
final class BenchMarkCommand implements Callable<Integer> {
    private static final int MOST_FRAMES = 10_000;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "64",
            description = "Faces, of seeds from 0 (default: ${DEFAULT-VALUE}).")
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
        if (frames < 1 || frames > MOST_FRAMES || rounds < 1) {
            throw Failure.input("--frames must be from 1 to " + MOST_FRAMES + " and --rounds at least 1, got " + frames
                    + " and " + rounds);
        }
        Logging.none();
        try (var bench = new MarkBench(ModelFolder.open(choice.model()), frames)) {
            Map<String, Object> figures =
                    bench.measure(rounds, done -> report.progress("rounds of marks", done, rounds));
            report.json(figures);
            report.say(
                    "mark at %s pixels: %s ms a frame, of %s painting and %s as PNG (%s as JPEG), share %s; %s dB, the worst"
                            + " of %s at %s dB",
                    figures.get("resolution"),
                    figures.get("ms_mark"),
                    figures.get("ms_paint"),
                    figures.get("ms_png"),
                    figures.get("ms_jpeg"),
                    figures.get("share"),
                    figures.get("psnr_db"),
                    figures.get("frames"),
                    figures.get("psnr_least_db"));
        }
        return 0;
    }
}
