package org.styleinv.mesh.command.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.Edit;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Mix;
import org.styleinv.proto.Noise;
import org.styleinv.proto.wire.Topics;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a stream shows: the options that become a {@link GenerateRequest}. */
public final class StreamOptions {
    /** What a service calls by its name on the wire, as it was given here. */
    private static final Map<String, String> OPTIONS = Map.of(
            "first_index", "--from",
            "frame_count", "--frames",
            "time_step", "--time-step",
            "motion_seed", "--motion-seed",
            "motion_stride", "--motion-stride",
            "truncation_psi", "--truncation",
            "edits", "--edit",
            "mix.from_resolution", "--mix-from",
            "mix.w0", "--mix-w0");

    private static final Pattern FIELD = Pattern.compile("\\b(" + String.join("|", OPTIONS.keySet()) + ")\\b|^fps\\b");

    @ArgGroup
    private @Nullable Source source;

    @Option(
            names = "--motion-seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "How it moves (default: ${DEFAULT-VALUE}).")
    private long motionSeed;

    @Option(
            names = "--motion-stride",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Ask the motion network for every N-th frame's latent, and go straight between them: less work, "
                            + "and less true; 1 to 16 (default: ${DEFAULT-VALUE}).")
    private int motionStride;

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "150",
            description = "How many frames; 0 is without end (default: ${DEFAULT-VALUE}).")
    private long frames;

    @Option(
            names = "--from",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Index of the first frame, from 0 to 2^53, and below 2^63 microseconds (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(
            names = "--fps",
            paramLabel = "F",
            defaultValue = "30",
            description = "Frames a second of the video, 0.001 to 1000, or 0 for 30 (default: ${DEFAULT-VALUE}).")
    private double fps;

    @Option(
            names = "--time-step",
            paramLabel = "F",
            defaultValue = "1",
            description = "Speed: 1 as trained, 0.5 slow motion, -1 backwards from --from; from 2^-20 to 1024, or the "
                    + "same below zero (default: ${DEFAULT-VALUE}).")
    private double timeStep;

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            defaultValue = Topics.BASE,
            description = {
                "Which decoder paints (default: ${DEFAULT-VALUE}), or a schedule by frame index:",
                "base,sketch@150+60,base@400 is base, fades from frame 150 on into sketch over 60 frames, and is base "
                        + "again from 400. base~0.4~sketch is a mixture that stays."
            })
    private String variant;

    @Option(
            names = "--truncation",
            paramLabel = "F",
            defaultValue = "1",
            description = "With --seed: 1 any face, towards 0 the mean face; from -2 to 2 (default: ${DEFAULT-VALUE}).")
    private double truncation;

    @Option(
            names = "--noise",
            paramLabel = "MODE",
            defaultValue = "const",
            description = "Fine detail: const, none, or random:SEED (default: ${DEFAULT-VALUE}).")
    private String noise;

    @Option(
            names = "--edit",
            paramLabel = "NAME=STRENGTH",
            description = {
                "A direction of the model (`styleinv model directions`) and how far to go along it, -10 to 10; may be given up"
                        + " to 8 times. A schedule by frame index, too:",
                "smile=0,2@150+60,0@400 rises from frame 150 on to 2 over 60 frames, and ends at 400."
            })
    private @Nullable List<String> edits;

    @ArgGroup(exclusive = false)
    private @Nullable Layers layers;

    /** Whose layers are mixed in. */
    static final class Layers {
        @ArgGroup(multiplicity = "1")
        private Face face;

        @Option(
                names = "--mix-from",
                paramLabel = "PIXELS",
                defaultValue = "16",
                description = "The first resolution whose layers are the other face's: 8, 16 ... From 8 on shape and "
                        + "pose, too; from 16 or 32 on features; from 64 on colours (default: ${DEFAULT-VALUE}).")
        private int from;

        /** Which. */
        static final class Face {
            @Option(
                    names = "--mix-seed",
                    paramLabel = "N",
                    description = "Give layers of the face of this seed to every frame.")
            private @Nullable Long seed;

            @Option(names = "--mix-w0", paramLabel = "F", description = "The same with a latent's face.")
            private @Nullable Path w0;
        }

        Mix mix() throws IOException {
            Mix.Builder mix = Mix.newBuilder().setFromResolution(from);
            return (face.w0 != null
                            ? mix.setW0(LatentFile.read(face.w0))
                            : mix.setSeed(Objects.requireNonNull(face.seed, "one of the two is given")))
                    .build();
        }
    }

    /** What moves. */
    static final class Source {
        @Option(
                names = "--image",
                paramLabel = "F",
                description = "A picture: PNG, JPEG, WebP, TIFF, BMP or GIF (default: the one that comes along).")
        private @Nullable Path image;

        @Option(names = "--seed", paramLabel = "N", description = "A face that the model makes up.")
        private @Nullable Long seed;

        @Option(names = "--w0", paramLabel = "F", description = "A latent, as `styleinv invert` writes it.")
        private @Nullable Path w0;
    }

    public long frames() {
        return frames;
    }

    public double fps() {
        return fps;
    }

    /** The picture's file; null if another thing moves. */
    public @Nullable Path picture() {
        return source == null ? null : source.image;
    }

    String variant() {
        return variant;
    }

    /** The request; whether its values make sense is for the service to say. */
    public GenerateRequest request() throws IOException {
        GenerateRequest.Builder request = GenerateRequest.newBuilder()
                .setMotionSeed(motionSeed)
                .setMotionStride(motionStride)
                .setFirstIndex(from)
                .setFrameCount(frames)
                .setFps(fps)
                .setTimeStep(timeStep)
                .setVariant(variant)
                .setTruncationPsi(truncation)
                .setNoise(noise())
                .setEncoding(Encoding.RAW);
        if (source != null && source.seed != null) {
            request.setSeed(source.seed);
        } else if (source != null && source.w0 != null) {
            request.setW0(LatentFile.read(source.w0));
        } else {
            request.setImage(
                    source == null || source.image == null ? PictureFile.bundled() : PictureFile.read(source.image));
        }
        for (String edit : edits == null ? List.<String>of() : edits) {
            request.addEdits(edit(edit));
        }
        if (layers != null) {
            request.setMix(layers.mix());
        }
        return request.build();
    }

    /** A service's sentence about a request, with the names of the options in place of those on the wire. */
    public static String inOptions(String sentence) {
        return FIELD.matcher(sentence).replaceAll(field -> OPTIONS.getOrDefault(field.group(), "--" + field.group()));
    }

    private static Edit edit(String text) {
        int sign = text.indexOf('=');
        if (sign < 1) {
            throw Failure.input("--edit is NAME=STRENGTH, as in smile=1.5, got " + text);
        }
        return Edit.newBuilder()
                .setDirection(text.substring(0, sign))
                .setStrength(text.substring(sign + 1))
                .build();
    }

    private Noise noise() {
        if (noise.equals("const")) {
            return Noise.getDefaultInstance();
        }
        if (noise.equals("none")) {
            return Noise.newBuilder().setMode(Noise.Mode.NONE).build();
        }
        if (noise.matches("random:-?[0-9]{1,18}")) {
            return Noise.newBuilder()
                    .setMode(Noise.Mode.RANDOM)
                    .setSeed(Long.parseLong(noise.substring("random:".length())))
                    .build();
        }
        throw Failure.input("--noise must be const, none or random:SEED, got " + noise);
    }
}
