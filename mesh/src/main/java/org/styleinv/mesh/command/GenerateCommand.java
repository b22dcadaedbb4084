package org.styleinv.mesh.command;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.Access;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.FrameReading;
import org.styleinv.mesh.command.output.Output;
import org.styleinv.mesh.command.output.PictureFile;
import org.styleinv.mesh.command.output.StreamOptions;
import org.styleinv.mesh.command.output.Visit;
import org.styleinv.mesh.picture.Credit;
import org.styleinv.mesh.picture.FrameSink;
import org.styleinv.mesh.picture.PipeForm;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
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
    private Console report;

    @Option(
            names = "--out",
            paramLabel = FrameSink.NAMES,
            description = {
                "A video, a folder for frames as PNG, or - for a video on standard output, for a player such as"
                        + " `ffplay -`, in the size that the model paints.",
                "What Ctrl-C or the loss of the mesh cuts short keeps the frames that came until then."
            })
    private @Nullable Path out;

    @Option(
            names = "--format",
            paramLabel = "mp4|mjpeg|y4m",
            description = "What --out - writes: MP4 (default), JPEGs, or Y4M, which loses nothing.")
    private @Nullable PipeForm format;

    @Option(names = "--hashes", description = "Print `index sha256(raw RGB)` of each frame.")
    private boolean hashes;

    @Override
    public Integer call() throws Exception {
        if (options.frames() < 0) {
            throw Failure.input("--frames must be 0 (without end) or more, got " + options.frames());
        }
        report.makeRoomFor(out, hashes);
        if (options.frames() == 0 && out != null && !FrameSink.isStandard(out)) {
            throw Failure.input("a stream without end never finishes " + out + ": give --frames, or leave --out away");
        }
        GenerateRequest request = options.request();
        try (FrameSink sink = FrameSink.to(out, options.fps(), format, Credit.of(request))) {
            visit.foresee(request, options.picture());
            return visit.run(
                    report,
                    (addresses, access) ->
                            PictureFile.naming(options.picture(), () -> read(addresses, access, request, sink)));
        }
    }

    private int read(List<String> addresses, Access access, GenerateRequest request, FrameSink sink) throws Exception {
        report.status("waiting for the first frame");
        try (var work = Stopping.finishing();
                var client = StreamClient.connect(addresses, READING, access);
                var frames = client.stream(request)) {
            frames.onInterruption(sentence -> report.warn("%s", sentence));
            var reading = new FrameReading(report, sink, hashes, options.frames());
            boolean whole;
            try {
                whole = readAll(frames, reading);
            } catch (StatusRuntimeException | Output.Lost e) {
                keep(reading, sink);
                throw e;
            }
            if (!whole && reading.times().frames() == 0) {
                report.warn("stopped before the first frame");
                return Stopping.CUT_SHORT;
            }
            sink.finish();
            Map<String, Object> figures = reading.figures();
            figures.put("reconnections", frames.reconnections());
            figures.put("out", out == null ? null : out.toString());
            report.json(figures);
            if (!whole && Output.lost()) {
                return Output.READER_LEFT;
            }
            if (!whole) {
                report.warn(
                        "stopped after %d %sframes%s",
                        reading.times().frames(),
                        options.frames() == 0 ? "" : "of " + options.frames() + " ",
                        out == null ? "" : ", which are in " + out);
                return Stopping.CUT_SHORT;
            }
            if (!hashes) {
                report.say("%s%s", reading.sentence(), out == null ? "" : ": " + out);
            }
            return 0;
        }
    }

    /** What came until the mesh was lost. */
    private void keep(FrameReading reading, FrameSink sink) throws IOException {
        if (out != null && !FrameSink.isStandard(out) && reading.times().frames() > 0) {
            sink.finish();
            report.warn("%d frames came and are in %s", reading.times().frames(), out);
        }
    }

    /** Reads to the end; false if Ctrl-C came before it. */
    private static boolean readAll(FrameStream frames, FrameReading reading) throws IOException {
        try {
            while (!Stopping.requested() && frames.hasNext()) {
                reading.take(frames.next());
            }
        } catch (StatusRuntimeException e) {
            if (!Stopping.requested() && !Thread.currentThread().isInterrupted()) {
                throw e;
            }
        }
        boolean stopped = Stopping.requested() || Thread.currentThread().isInterrupted();
        Thread.interrupted(); // what follows is done in peace
        return !stopped;
    }
}
