package org.styleinv.mesh.command.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.local.Mesh;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.picture.PictureReader;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.Mix;
import org.styleinv.proto.W;

/** Says in a moment what a mesh would refuse, where that mesh would first have to start. */
public final class RequestCheck {
    private RequestCheck() {}

    /** Refuses what no mesh takes, by the rules of the service itself. */
    public static void check(GenerateRequest request) {
        try {
            CheckedRequest.of(request);
        } catch (IllegalArgumentException e) {
            throw Failure.input(StreamOptions.inOptions(String.valueOf(e.getMessage())), e);
        }
    }

    /** Refuses what is no number of frames a second. */
    public static void checkFps(double fps) {
        check(GenerateRequest.newBuilder().setSeed(0).setFps(fps).build());
    }

    /**
     * Refuses what a mesh of {@code model} would not take.
     *
     * @param picture the file of the request's picture, null if it has none
     */
    public static void check(GenerateRequest request, @Nullable Path picture, Path model) throws IOException {
        Mesh.demandModel(model);
        List<String> there = Mesh.variants(model);
        CheckedRequest checked = CheckedRequest.of(request);
        for (String variant : checked.looks().variants()) {
            if (!there.contains(variant)) {
                throw Failure.input("the model " + model + " has no variant \"" + variant + "\": choose of "
                        + String.join(", ", there) + " with --variant");
            }
        }
        try {
            checked.edits().demand(ModelFolder.open(model).directions());
        } catch (IllegalArgumentException e) {
            throw Failure.input(StreamOptions.inOptions(String.valueOf(e.getMessage())), e);
        }
        SynthesisNetwork.Config paints =
                ModelFolder.open(model).architecture().generator().synthesis();
        checkWidth("--w0", request.hasW0(), request.getW0(), model, paints.wDim());
        Mix mix = request.getMix();
        checkWidth("--mix-w0", mix.hasW0(), mix.getW0(), model, paints.wDim());
        if (mix.getFromResolution() > paints.resolution()) {
            throw Failure.input("--mix-from must be 8, 16 ... up to " + paints.resolution() + " pixels for the model "
                    + model + ", got " + mix.getFromResolution());
        }
        if (picture != null) {
            check(request.getImage(), picture);
        }
    }

    private static void checkWidth(String option, boolean given, W w, Path model, int wanted) {
        int got = w.getValuesCount();
        if (given && got != wanted) {
            throw Failure.input(option + " has " + got + " values, but the model " + model + " takes " + wanted
                    + ": `styleinv invert` makes one of a picture");
        }
    }

    /** Refuses a picture that cannot be decoded. How large one may be is for a service to say. */
    public static void check(Image image, Path picture) {
        try {
            PictureReader.read(image.getData().toByteArray(), Long.MAX_VALUE);
        } catch (PictureReader.UnknownKind e) {
            throw Failure.input(picture + " " + e.getMessage(), e);
        } catch (IOException e) {
            throw Failure.input(
                    picture + " cannot be decoded (" + e.getMessage()
                            + "); save it again as an ordinary RGB PNG or JPEG",
                    e);
        }
    }
}
