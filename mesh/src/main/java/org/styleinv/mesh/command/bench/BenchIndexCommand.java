package org.styleinv.mesh.command.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.bench.IndexBench;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.proto.wire.FrameRange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench index}: what a frame costs by how far out in the video it is. */
@Command(
        name = "index",
        description = {
            "What a frame costs far out in a video: a line of figures for each index.",
            "One stream in process, latents and pixels, from each index on, in turn; the ratio is to the first index."
        },
        mixinStandardHelpOptions = true)
final class BenchIndexCommand implements Callable<Integer> {
    private static final int MOST_FRAMES = 100_000;

    @Option(
            names = "--indexes",
            paramLabel = "N",
            split = ",",
            defaultValue = "0,1000000,1000000000000",
            description = "First frames (default: ${DEFAULT-VALUE}).")
    private List<Long> indexes;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "160",
            description = "Frames of a stream (default: ${DEFAULT-VALUE}).")
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
        if (indexes.stream().anyMatch(index -> index < 0 || index > FrameRange.MAX_INDEX - frames)) {
            throw Failure.input("--indexes must be from 0 to " + (FrameRange.MAX_INDEX - frames) + ", got " + indexes);
        }
        if (frames < 2 || frames > MOST_FRAMES || rounds < 1) {
            throw Failure.input("--frames must be from 2 to " + MOST_FRAMES + " and --rounds at least 1, got " + frames
                    + " and " + rounds);
        }
        Logging.none();
        try (var bench = new IndexBench(ModelFolder.open(choice.model()), frames)) {
            for (Map<String, Object> figures :
                    bench.measure(indexes, rounds, done -> report.progress("rounds", done, rounds))) {
                report.json(figures);
                report.say(
                        "frame %s on: %s ms a frame, ratio %s to %s",
                        figures.get("index"),
                        figures.get("ms_per_frame"),
                        figures.get("ratio"),
                        figures.get("baseline"));
            }
        }
        return 0;
    }
}
