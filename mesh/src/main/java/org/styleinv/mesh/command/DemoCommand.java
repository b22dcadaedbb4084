package org.styleinv.mesh.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.FrameReading;
import org.styleinv.mesh.command.output.MeshChoice;
import org.styleinv.mesh.command.output.PictureFile;
import org.styleinv.mesh.command.output.RequestCheck;
import org.styleinv.mesh.fault.watch.KafkaWitness;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.picture.ContactSheet;
import org.styleinv.mesh.picture.Credit;
import org.styleinv.mesh.picture.FrameSink;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertResponse;
import org.styleinv.proto.W;
import org.styleinv.proto.wire.Topics;
import org.styleinv.video.PngFile;
import org.styleinv.video.provenance.Origin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code demo}: the whole way once, from a picture to a video, and a check that both ways out show the same. */
@Command(
        name = "demo",
        description = {
            "Turn a picture into a moving face, through a real mesh in this process.",
            "Starts a Kafka broker and the services on free ports, inverts the picture by gRPC, streams frames by gRPC, reads the"
                    + " same frames from Kafka and compares them. Writes demo.mp4 and demo.png."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final double FPS = 30;
    private static final int STRIP = 10; // pictures in the film strip
    private static final int VIDEO_SIDE = 256; // smaller frames are enlarged by whole pixels, to be seen in a browser
    private static final Duration KAFKA_LAG = Duration.ofSeconds(15);

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "150",
            description = "How many frames (default: ${DEFAULT-VALUE}, 5 seconds).")
    private int frames;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out",
            description = "Where to write (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--image",
            paramLabel = "F",
            description =
                    "Your picture: PNG, JPEG, WebP, TIFF, BMP or GIF (default: a rendered face that the model never saw).")
    private @Nullable Path image;

    @Option(
            names = "--motion-seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "How it moves (default: ${DEFAULT-VALUE}).")
    private long motionSeed;

    @Mixin
    private MeshChoice choice;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (frames < 1 || frames > 100_000) {
            throw Failure.input(
                    "--frames must be from 1 to 100000, got " + frames + "; `styleinv generate` streams without end");
        }
        if (Files.isRegularFile(out)) {
            throw Failure.input("--out is a folder, but " + out + " is a file");
        }
        Image input = image == null ? PictureFile.bundled() : PictureFile.read(image);
        if (image != null) {
            RequestCheck.check(input, image);
        }
        report.status("starting broker and services");
        return Mesh.run(Mesh.Settings.passing(choice.model(), report.verbose()), door -> show(door, input));
    }

    private int show(Mesh.Door door, Image input) throws Exception {
        report.status("inverting the picture");
        InvertResponse first =
                PictureFile.naming(image, () -> InvertCommand.invert(door.encoder(), door.access(), input, false));
        var request = GenerateRequest.newBuilder()
                .setW0(W.newBuilder().addAllValues(first.getW0List()))
                .setMotionSeed(motionSeed)
                .setFrameCount(frames)
                .setFps(FPS)
                .setVariant(Topics.BASE)
                .setEncoding(Encoding.RAW)
                .build();
        Path scratch = Stopping.scratch(out.toAbsolutePath());
        Map<String, Map<Long, String>> streamed =
                new LinkedHashMap<>(); // stream -> index -> SHA-256; one stream if all goes well
        List<Pixels> strip = new ArrayList<>();
        report.status("streaming");
        try (var witness = new KafkaWitness(door.bootstrapServers(), Topics.BASE, door.kafka());
                var client = StreamClient.connect(List.of(door.grpc()), StreamClient.Settings.DEFAULT, door.access());
                FrameSink video = FrameSink.to(scratch.resolve("demo.mp4"), FPS, Credit.of(request))) {
            var reading = new FrameReading(report, video, VIDEO_SIDE, false, frames);
            try (var stream = client.stream(request)) {
                while (stream.hasNext()) {
                    Frame frame = stream.next();
                    Pixels pixels = reading.take(frame);
                    streamed.computeIfAbsent(frame.getStream(), id -> new TreeMap<>())
                            .put(frame.getIndex(), pixels.sha256());
                    if (frame.getIndex() % every() == 0) {
                        strip.add(pixels);
                    }
                }
            }
            report.status("comparing with Kafka");
            for (var part : streamed.entrySet()) {
                compare(
                        part.getValue(),
                        witness.await(part.getKey(), part.getValue().keySet(), KAFKA_LAG));
            }
            video.finish();
            Origin origin = Credit.of(request).all(reading.model());
            PngFile.write(
                    sheet(first, strip),
                    scratch.resolve("demo.png"),
                    new Origin(Origin.Kind.COMPOSITE, origin.model(), origin.request()));
            Stopping.place(scratch, out.toAbsolutePath(), List.of("demo.mp4", "demo.png"));
            tell(first, reading, strip.get(0));
        } finally {
            Stopping.delete(scratch);
        }
        return 0;
    }

    private int every() {
        return Math.max(1, frames / STRIP);
    }

    private static void compare(Map<Long, String> streamed, Map<Long, String> witnessed) {
        long missing = streamed.keySet().stream()
                .filter(index -> !witnessed.containsKey(index))
                .count();
        if (missing > 0) {
            throw new Failure(
                    missing + " of " + streamed.size() + " frames that came by gRPC did not come by Kafka within "
                            + KAFKA_LAG.toSeconds() + " s: is this machine overloaded?");
        }
        List<Long> different = streamed.entrySet().stream()
                .filter(frame -> !frame.getValue().equals(witnessed.get(frame.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        if (!different.isEmpty()) {
            throw new Failure(different.size() + " of " + streamed.size()
                    + " frames differ between gRPC and Kafka, the first is frame " + different.get(0)
                    + ": this must never happen, please report it");
        }
    }

    private java.awt.image.BufferedImage sheet(InvertResponse first, List<Pixels> strip) {
        var sheet = new ContactSheet((strip.size() + 1) / 2);
        sheet.head("input", Pixels.of(first.getCrop()));
        if (!first.getReconstruction().getData().isEmpty()) {
            sheet.head(
                    String.format(Locale.ROOT, "inversion %.1f dB", first.getReconstructionPsnr()),
                    Pixels.of(first.getReconstruction()));
        }
        sheet.head("frame 0", strip.get(0));
        for (int i = 0; i < strip.size(); i++) {
            sheet.strip(String.format(Locale.ROOT, "frame %d  %.1f s", i * every(), i * every() / FPS), strip.get(i));
        }
        return sheet.picture();
    }

    private void tell(InvertResponse first, FrameReading reading, Pixels frame) {
        Map<String, Object> figures = reading.figures();
        figures.put("psnr_db", first.getReconstructionPsnr());
        figures.put("kafka_equal", reading.times().frames());
        figures.put("video", out.resolve("demo.mp4").toString());
        figures.put("sheet", out.resolve("demo.png").toString());
        report.json(figures);
        var times = reading.times();
        report.say(
                "  picture      %s, inverted at %.1f dB",
                image == null ? "a rendered face from no training data" : image, first.getReconstructionPsnr());
        report.say(
                "  stream       %d frames of %d x %d, model %s, stream %s",
                times.frames(), frame.width(), frame.height(), FrameReading.brief(reading.model()), reading.stream());
        report.say("  first frame  %.0f ms", times.firstFrameMs());
        if (times.frames() > 1) { // one has no speed
            report.say(
                    "  speed        %.1f frames/s, %.1f times real time; inter-frame p99 %.1f ms",
                    times.fps(), times.fps() / FPS, times.interFrameMs(0.99));
        }
        report.say("  Kafka        the same %d frames, every SHA-256 equal", times.frames());
        report.say(
                "  video        %s%s",
                out.resolve("demo.mp4"),
                frame.width() < VIDEO_SIDE ? ", each pixel enlarged, to be seen in a browser" : "");
        report.say("  pictures     %s", out.resolve("demo.png"));
    }
}
