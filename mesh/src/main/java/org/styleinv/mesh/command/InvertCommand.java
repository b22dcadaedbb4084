package org.styleinv.mesh.command;

import io.grpc.ManagedChannel;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.Access;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.mesh.command.output.FaceCut;
import org.styleinv.mesh.command.output.FrameReading;
import org.styleinv.mesh.command.output.LatentFile;
import org.styleinv.mesh.command.output.PictureFile;
import org.styleinv.mesh.command.output.Visit;
import org.styleinv.mesh.picture.Credit;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.mesh.stop.Stopping;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.InvertResponse;
import org.styleinv.video.PngFile;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code invert}: a picture to the latent that paints it. */
@Command(
        name = "invert",
        description = "Find the latent of a picture; writes w0.json, w0.npy, crop.png and reconstruction.png.",
        mixinStandardHelpOptions = true)
final class InvertCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "PICTURE",
            description = "PNG, JPEG, WebP, TIFF, BMP or GIF (default: the one that comes along).")
    private @Nullable Path picture;

    @Option(names = "--image", paramLabel = "F", description = "The same, as an option.")
    private @Nullable Path image;

    @ArgGroup
    private Cut cut = new Cut();

    /** How the picture comes to be cut like those the model was trained on. */
    private static final class Cut {
        @Option(names = "--aligned", description = "The picture is already cut like those the model was trained on.")
        private boolean aligned;

        @Option(
                names = "--align",
                description = "Find the face, the largest of several, and cut FFHQ's square about it.")
        private boolean align;
    }

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "out/invert",
            description = "Where to write (default: ${DEFAULT-VALUE}).")
    private Path out;

    @Mixin
    private Visit visit;

    @Mixin
    private Console report;

    @Override
    public Integer call() throws Exception {
        Path chosen = image == null ? picture : image;
        Image whole = chosen == null ? PictureFile.bundled() : PictureFile.read(chosen);
        Optional<FaceCut> face = cut.align
                ? Optional.of(FaceCut.of(whole, chosen == null ? "the bundled picture" : chosen.toString()))
                : Optional.empty();
        face.ifPresent(found -> report.say("%s", found.told()));
        Image input = face.map(FaceCut::cut).orElse(whole);
        visit.foresee(input, chosen);
        return visit.run(report, (addresses, access) -> {
            write(
                    PictureFile.naming(
                            chosen, () -> invert(addresses.get(0), access, input, face.isPresent() || cut.aligned)),
                    face);
            return 0;
        });
    }

    /** Asks the encoder at {@code address}. */
    static InvertResponse invert(String address, Access access, Image input, boolean aligned) {
        ManagedChannel channel = StreamClient.channel(address, access);
        try {
            return EncoderGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .invert(InvertRequest.newBuilder()
                            .setImage(input)
                            .setAligned(aligned)
                            .build());
        } finally {
            channel.shutdownNow();
        }
    }

    /** @param face that was cut out, if one was */
    private void write(InvertResponse found, Optional<FaceCut> face) throws Exception {
        List<Float> w0 = found.getW0List();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("w0", w0);
        json.put("psnr_db", found.getReconstructionPsnr());
        json.put("model", found.getModel());
        face.ifPresent(cutOut -> json.put("face", cutOut.json()));
        Path scratch = Stopping.scratch(out.toAbsolutePath());
        try {
            Files.writeString(scratch.resolve("w0.json"), Console.text(json) + "\n");
            Files.write(scratch.resolve("w0.npy"), LatentFile.npy(w0));
            if (!found.getCrop().getData().isEmpty()) {
                PngFile.write(picture(found.getCrop()), scratch.resolve("crop.png"));
            }
            if (!found.getReconstruction().getData().isEmpty()) {
                PngFile.write(
                        picture(found.getReconstruction()),
                        scratch.resolve("reconstruction.png"),
                        Credit.latent(w0, found.getModel()));
            }
            Stopping.place(scratch, out, List.of("crop.png", "reconstruction.png", "w0.npy", "w0.json"));
        } finally {
            Stopping.delete(scratch);
        }
        json.put("out", out.toString());
        report.json(json);
        report.say(
                "w0 of %d values, reconstruction %.1f dB, model %s: %s",
                w0.size(), found.getReconstructionPsnr(), FrameReading.brief(found.getModel()), out);
    }

    private static BufferedImage picture(Image image) {
        return Pixels.of(image).picture();
    }
}
