package org.styleinv.mesh.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.BroadcastClient;
import org.styleinv.client.FrameOrder;
import org.styleinv.client.KafkaFrames;
import org.styleinv.mesh.command.output.BrokerPulse;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.FrameReading;
import org.styleinv.mesh.command.output.RequestCheck;
import org.styleinv.mesh.picture.Credit;
import org.styleinv.mesh.picture.FrameSink;
import org.styleinv.mesh.picture.PipeForm;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Address;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.VariantSchedule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code watch}: frames straight from Kafka, as any consumer sees them. */
@Command(
        name = "watch",
        description = "Read frames of live streams straight from Kafka. Disturbs nobody: no group, no commit.",
        mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
    private static final int REMEMBERED = 4096;
    private static final long MOST_WAIT_S = Duration.ofDays(365).toSeconds();
    private static final double USUAL_FPS = 30;
    private static final Duration QUIET = Duration.ofSeconds(5); // a mesh is seldom; then the broker is asked for
    private static final Duration REORDERED = Duration.ofSeconds(1);

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9092",
            description = "The Kafka broker (default: ${DEFAULT-VALUE}).")
    private String bootstrap;

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            defaultValue = Topics.BASE,
            description = "Whose frames; of a stream with a schedule, that schedule (default: ${DEFAULT-VALUE}).")
    private String variant;

    @Option(
            names = "--stream",
            paramLabel = "ID",
            description = "Only this stream (default: the first that shows a frame).")
    private @Nullable String stream;

    @Option(
            names = "--broadcast",
            paramLabel = "ID",
            description = "Only this broadcast, in its variant; --server knows its stream.")
    private @Nullable String broadcast;

    @Mixin
    private BroadcastCommand.Door door;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "0",
            description = "Stop after so many; 0 is never (default: ${DEFAULT-VALUE}).")
    private long frames;

    @Option(names = "--from-beginning", description = "Begin with the oldest frames that Kafka keeps.")
    private boolean fromBeginning;

    @Option(
            names = "--wait",
            paramLabel = "S",
            defaultValue = "60",
            description = "Give up after so many seconds without a frame (default: ${DEFAULT-VALUE}).")
    private long waitSeconds;

    @Option(
            names = "--fps",
            paramLabel = "F",
            description = "Frames a second of a video written (default: the broadcast's with --broadcast, else 30).")
    private @Nullable Double fps;

    @Option(
            names = "--out",
            paramLabel = FrameSink.NAMES,
            description = {
                "A video, or a folder for frames as PNG, which want --frames;",
                "or - for a video on standard output, for a player such as `ffplay -`."
            })
    private @Nullable Path out;

    @Option(
            names = "--format",
            paramLabel = "mp4|mjpeg|y4m",
            description = "What --out - writes: MP4 (default), JPEGs, or Y4M, which loses nothing.")
    private @Nullable PipeForm format;

    @Option(names = "--hashes", description = "Print `index sha256(raw RGB)` of each frame.")
    private boolean hashes;

    @Mixin
    private Console report;

    private Credit credit = Credit.UNKNOWN; // until a broadcast has told its request; frames in Kafka do not

    @Override
    public Integer call() throws Exception {
        if (frames < 0) {
            throw Failure.input("--frames must be 0 (without end) or more, got " + frames);
        }
        if (waitSeconds < 1 || waitSeconds > MOST_WAIT_S) {
            throw Failure.input("--wait must be from 1 to " + MOST_WAIT_S + " s, got " + waitSeconds);
        }
        if (fps != null) {
            RequestCheck.checkFps(fps);
        }
        report.makeRoomFor(out, hashes);
        if (frames == 0 && out != null && !FrameSink.isStandard(out)) {
            throw Failure.input("watching without end never finishes " + out + ": give --frames, or leave --out away");
        }
        if (broadcast != null && stream != null) {
            throw Failure.input("--broadcast and --stream each name a stream: give one of them");
        }
        if (broadcast != null) {
            tuneIn(broadcast);
        }
        Address.list("--bootstrap", bootstrap);
        try (var kafka = KafkaFrames.open(
                        bootstrap, variants(), fromBeginning, door.identity().kafka());
                FrameSink sink = FrameSink.to(out, fps == null ? USUAL_FPS : fps, format, credit)) {
            var reading = new FrameReading(report, sink, hashes, frames);
            report.status("waiting for frames");
            read(kafka, reading);
            if (kafka.unreadable() > 0) {
                report.warn("%d records were left out because they are no frames", kafka.unreadable());
            }
            sink.finish();
            Map<String, Object> figures = reading.figures();
            figures.put("out", out == null ? null : out.toString());
            report.json(figures);
            if (!hashes) {
                report.say("%s%s", reading.sentence(), out == null ? "" : ": " + out);
            }
        }
        return 0;
    }

    private void tuneIn(String id) {
        try (BroadcastClient client = door.open()) {
            Broadcast live = client.find(id);
            stream = live.getStream();
            credit = Credit.of(live.getRequest());
            variant = live.getRequest().getVariant().isEmpty()
                    ? Topics.BASE
                    : live.getRequest().getVariant();
            if (fps == null && live.getRequest().getFps() > 0) {
                fps = live.getRequest().getFps();
            }
        }
    }

    private List<String> variants() {
        try {
            return VariantSchedule.parse(variant).variants();
        } catch (IllegalArgumentException e) {
            throw Failure.input("--" + e.getMessage());
        }
    }

    private void read(KafkaFrames kafka, FrameReading reading) throws Exception {
        long lastFrame = System.nanoTime();
        Set<Long> recent = recent();
        var order = new FrameOrder(REORDERED);
        var pulse = new BrokerPulse(kafka, bootstrap, line -> report.warn("%s", line));
        while (!Stopping.requested()) {
            List<Frame> came = kafka.poll(Duration.ofMillis(500));
            long now = System.nanoTime();
            for (Frame frame : came) {
                if (stream == null) {
                    stream = frame.getStream();
                    report.say("stream %s", stream);
                }
                if (frame.getStream().equals(stream) && recent.add(frame.getIndex())) {
                    order.add(frame, now);
                }
            }
            for (Frame frame : order.take(now)) {
                reading.take(frame);
                lastFrame = System.nanoTime();
                if (frames > 0 && reading.times().frames() == frames) {
                    return;
                }
            }
            Duration silence = Duration.ofNanos(System.nanoTime() - lastFrame);
            if (silence.toSeconds() >= waitSeconds) {
                throw new Failure("no frame " + (stream == null ? "of any stream" : "of stream " + stream) + " came in "
                        + waitSeconds + " s: "
                        + (pulse.isAway()
                                ? "the broker " + bootstrap + " does not answer"
                                : "is somebody streaming variant \"" + variant + "\"?")
                        + "; --wait waits longer");
            }
            if (silence.compareTo(QUIET) > 0 || silence.toSeconds() * 2 >= waitSeconds || pulse.isAway()) {
                pulse.feel();
            }
        }
    }

    /** Repeats are dropped by index, as any reader of these topics should; a repeat comes soon after, or never. */
    private static Set<Long> recent() {
        return Collections.newSetFromMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
                return size() > REMEMBERED;
            }
        });
    }
}
