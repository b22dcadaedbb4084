package org.styleinv.mesh.command;

import java.awt.image.BufferedImage;
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
import org.styleinv.mesh.picture.DemoFilm;
import org.styleinv.mesh.picture.FrameSink;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertResponse;
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
                    + " same frames from Kafka and compares them. Where the model has a variant, the second half of the video"
                    + " shows the frames of the first again, fading into it. Writes demo.mp4 and demo.png."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final String OWN = "heads-128";
    private static final int STRIP = 6; // pictures in a row of the film strip
    private static final int VIDEO_SIDE = 384; // smaller frames are enlarged, to be seen in a browser
    private static final Duration KAFKA_LAG = Duration.ofSeconds(15);

    @Option(
            names = "--frames",
            paramLabel = "N",
            description = "How many frames the video has (default: 10 seconds at the model's rate).")
    private @Nullable Integer asked;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out",
            description = "Where to write (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Option(
            names = "--image",
            paramLabel = "F",
            description = "Your picture: PNG, JPEG, WebP, TIFF, BMP or GIF (default: one that the model never saw).")
    private @Nullable Path image;

    @Option(
            names = "--motion-seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "How it moves (default: ${DEFAULT-VALUE}).")
    private long motionSeed;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Model folder (default: $STYLEINV_MODEL, else models/" + OWN + ").")
    private @Nullable Path named;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        if (asked != null && (asked < 1 || asked > 100_000)) {
            throw Failure.input(
                    "--frames must be from 1 to 100000, got " + asked + "; `styleinv generate` streams without end");
        }
        if (Files.isRegularFile(out)) {
            throw Failure.input("--out is a folder, but " + out + " is a file");
        }
        Path folder = MeshChoice.orDefault(named, OWN);
        Image input = image == null ? PictureFile.bundled(folder) : PictureFile.read(image);
        if (image != null) {
            RequestCheck.check(input, image);
        }
        ModelFolder model = Mesh.demandModel(folder);
        var film = new DemoFilm(asked, model.training().fps(), model.variants());
        report.status("starting broker and services");
        return Mesh.run(Mesh.Settings.passing(folder, report.verbose()), door -> show(door, input, film));
    }

    private int show(Mesh.Door door, Image input, DemoFilm film) throws Exception {
        report.status("inverting the picture");
        InvertResponse first =
                PictureFile.naming(image, () -> InvertCommand.invert(door.encoder(), door.access(), input, false));
        List<GenerateRequest> requests = film.requests(first.getW0List(), motionSeed);
        Path scratch = Stopping.scratch(out.toAbsolutePath());
        Map<String, Map<Long, String>> streamed =
                new LinkedHashMap<>(); // stream -> index -> SHA-256; one stream a request if all goes well
        List<FrameReading> readings = new ArrayList<>();
        List<List<Pixels>> strips = new ArrayList<>();
        report.status("streaming");
        try (var witness = new KafkaWitness(door.bootstrapServers(), film.topics(), door.kafka());
                var client = StreamClient.connect(List.of(door.grpc()), StreamClient.Settings.DEFAULT, door.access());
                FrameSink video = FrameSink.to(scratch.resolve("demo.mp4"), film.fps(), Credit.of(requests.get(0)))) {
            for (GenerateRequest request : requests) {
                var reading = new FrameReading(report, video, VIDEO_SIDE, false, request.getFrameCount());
                List<Pixels> strip = new ArrayList<>();
                try (var stream = client.stream(request)) {
                    while (stream.hasNext()) {
                        Frame frame = stream.next();
                        Pixels pixels = reading.take(frame);
                        streamed.computeIfAbsent(frame.getStream(), id -> new TreeMap<>())
                                .put(frame.getIndex(), pixels.sha256());
                        if (frame.getIndex() % film.every(STRIP) == 0) {
                            strip.add(pixels);
                        }
                    }
                }
                readings.add(reading);
                strips.add(strip);
            }
            report.status("comparing with Kafka");
            for (var part : streamed.entrySet()) {
                compare(
                        part.getValue(),
                        witness.await(part.getKey(), part.getValue().keySet(), KAFKA_LAG));
            }
            video.finish();
            FrameReading reading = readings.get(0);
            Origin origin = Credit.of(requests.get(0)).all(reading.model());
            PngFile.write(
                    sheet(first, strips, film),
                    scratch.resolve("demo.png"),
                    new Origin(Origin.Kind.COMPOSITE, origin.model(), origin.request()));
            Stopping.place(scratch, out.toAbsolutePath(), List.of("demo.mp4", "demo.png"));
            tell(first, reading, strips.get(0).get(0), film);
        } finally {
            Stopping.delete(scratch);
        }
        return 0;
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

    private static BufferedImage sheet(InvertResponse first, List<List<Pixels>> strips, DemoFilm film) {
        var sheet = new ContactSheet(STRIP);
        sheet.head("input", Pixels.of(first.getCrop()));
        if (!first.getReconstruction().getData().isEmpty()) {
            sheet.head(
                    String.format(Locale.ROOT, "inversion %.1f dB", first.getReconstructionPsnr()),
                    Pixels.of(first.getReconstruction()));
        }
        sheet.head("frame 0", strips.get(0).get(0));
        for (List<Pixels> strip : strips) {
            for (int i = 0; i < strip.size(); i++) {
                int frame = i * film.every(STRIP);
                sheet.strip(String.format(Locale.ROOT, "frame %d  %.1f s", frame, frame / film.fps()), strip.get(i));
            }
        }
        return sheet.picture();
    }

    private void tell(InvertResponse first, FrameReading reading, Pixels frame, DemoFilm film) {
        Map<String, Object> figures = reading.figures();
        figures.put("frames", film.frames());
        film.variant().ifPresent(variant -> figures.put("fades_into", variant));
        figures.put("psnr_db", first.getReconstructionPsnr());
        figures.put("kafka_equal", film.frames());
        figures.put("video", out.resolve("demo.mp4").toString());
        figures.put("sheet", out.resolve("demo.png").toString());
        report.json(figures);
        var times = reading.times();
        report.say(
                "  picture      %s, inverted at %.1f dB",
                image == null ? "one that the model never saw" : image, first.getReconstructionPsnr());
        report.say(
                "  stream       %d frames of %d x %d, model %s, stream %s",
                times.frames(), frame.width(), frame.height(), FrameReading.brief(reading.model()), reading.stream());
        report.say("  first frame  %.0f ms", times.firstFrameMs());
        if (times.frames() > 1) { // one has no speed
            report.say(
                    "  speed        %.1f frames/s, %.1f times real time; inter-frame p99 %.1f ms",
                    times.fps(), times.fps() / film.fps(), times.interFrameMs(0.99));
        }
        film.variant().ifPresent(variant -> report.say("  then         the same frames, fading into %s", variant));
        report.say("  Kafka        the same %d frames, every SHA-256 equal", film.frames());
        report.say(
                "  video        %s%s",
                out.resolve("demo.mp4"), frame.width() < VIDEO_SIDE ? ", enlarged, to be seen in a browser" : "");
        report.say("  pictures     %s", out.resolve("demo.png"));
    }
}
