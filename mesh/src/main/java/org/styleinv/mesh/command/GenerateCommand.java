package org.styleinv.mesh.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.mesh.client.StreamClient;
import org.styleinv.mesh.picture.FrameSink;
import org.styleinv.proto.GenerateRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code generate}: a stream of frames to a video, a folder or hashes; taken up again by itself when a server dies. */
@Command(
        name = "generate",
        description = {
            "Stream frames of a moving face.",
            "The same options give the same frames, in whatever pieces they are asked for; a lost server is a pause, no more."
        },
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
    private static final StreamClient.Settings READING =
            new StreamClient.Settings(32, Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofSeconds(5));

    @Mixin
    private StreamOptions options;

    @Mixin
    private Visit visit;

    @Mixin
    private Report report;

    @Option(names = "--out", paramLabel = "F.mp4|DIR", description = "A video, or a folder for frames as PNG.")
    private Path out;

    @Option(names = "--hashes", description = "Print `index sha256(raw RGB)` of each frame.")
    private boolean hashes;

    @Override
    public Integer call() throws Exception {
        if (options.frames() < 0) {
            throw Failure.input("--frames must be 0 (without end) or more, got " + options.frames());
        }
        if (options.frames() == 0 && out != null) {
            throw Failure.input("a stream without end never finishes " + out + ": give --frames, or leave --out away");
        }
        GenerateRequest request = options.request();
        try (FrameSink sink = FrameSink.to(out, options.fps())) {
            return visit.run(
                    report, addresses -> PictureFile.naming(options.picture(), () -> read(addresses, request, sink)));
        }
    }

    private int read(List<String> addresses, GenerateRequest request, FrameSink sink) throws Exception {
        report.status("waiting for the first frame");
        try (var client = StreamClient.connect(addresses, READING);
                var frames = client.stream(request)) {
            frames.onInterruption(sentence -> report.warn("%s", sentence));
            var reading = new FrameReading(report, sink, hashes, options.frames());
            while (frames.hasNext()) {
                reading.take(frames.next());
            }
            sink.finish();
            Map<String, Object> figures = reading.figures();
            figures.put("reconnections", frames.reconnections());
            figures.put("out", out == null ? null : out.toString());
            report.json(figures);
            if (!hashes) {
                report.say("%s%s", reading.sentence(), out == null ? "" : ": " + out);
            }
            return 0;
        }
    }
}
