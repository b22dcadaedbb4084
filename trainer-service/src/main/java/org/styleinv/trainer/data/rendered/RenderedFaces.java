package org.styleinv.trainer.data.rendered;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderLock;
import org.styleinv.network.file.WholeFile;
import org.styleinv.trainer.data.Parallel;
import org.styleinv.trainer.data.Progress;
import org.styleinv.video.VideoWriter;

/**
 * Renders a data set of talking cartoon faces: videos {@code clip-000000.mp4} and, beside each, what was drawn in
 * {@code clip-000000.json}. Clip {@code i} depends on nothing but the seed, the split and {@code i}.
 *
 * <p>A video's colours have half its resolution (4:2:0), which costs faces at 64 x 64 dearly: 33 dB PSNR whatever the
 * bitrate. So faces smaller than 128 are drawn and stored at the next multiple of their size that is at least 128, and
 * {@link org.styleinv.trainer.data.VideoDataset} averages them down again: above 41 dB.
 */
public final class RenderedFaces {
    private static final int MOST = 1_000_000; // clips, and frames of one: each frame is held as a pose
    private static final String SETTINGS = "dataset.json";
    private static final int SMALLEST_VIDEO = 128;

    private RenderedFaces() {}

    /**
     * Which stream of seeds clips are drawn from. Splits are channels of one hash, so clips of two splits differ whatever the seeds are, and faces
     * of {@link #HELD_OUT} were never seen by a model trained on {@link #TRAINING}.
     */
    public enum Split {
        TRAINING(0x7472_6169_6EL), // "train"
        HELD_OUT(0x6865_6C64_6F75_74L); // "heldout"

        private final long stream;

        Split(long stream) {
            this.stream = stream;
        }

        /** The seed of the one who is seen in clip {@code clip}. */
        public long identitySeed(long seed, int clip) {
            return Hash.of(seed, stream, 2L * clip);
        }

        /** The seed of how the one in clip {@code clip} moves. */
        public long motionSeed(long seed, int clip) {
            return Hash.of(seed, stream, 2L * clip + 1);
        }
    }

    /** Renders clips of {@link Split#TRAINING}. */
    public static void render(Path dir, int clips, int frames, int size, double fps, long seed, Progress progress)
            throws IOException {
        render(dir, Split.TRAINING, Look.COLOUR, clips, frames, size, fps, seed, progress);
    }

    /**
     * Renders what is missing of {@code clips} videos of {@code frames} frames into {@code dir}; clips that are
     * finished stay as they are, so an interrupted call is resumed by the same call. Equal seeds give equal scenes in
     * every look.
     *
     * @throws IOException if {@code dir} holds clips of other settings, or cannot be written
     */
    public static void render(
            Path dir, Split split, Look look, int clips, int frames, int size, double fps, long seed, Progress progress)
            throws IOException {
        if (clips < 1 || frames < 1) {
            throw new IllegalArgumentException(
                    "a data set needs at least 1 clip of 1 frame, got " + clips + " of " + frames);
        }
        if (clips > MOST || frames > MOST) {
            throw new IllegalArgumentException(
                    "a data set has at most " + MOST + " clips of " + MOST + " frames, got " + clips + " of " + frames);
        }
        FaceRenderer.checkSize(size); // before the folder is claimed for them
        VideoWriter.checkFps(fps);
        try (FolderLock held = lock(dir)) {
            claim(
                    dir,
                    String.format(
                            Locale.ROOT,
                            """
                {"kind":"rendered-faces","split":"%s",%s"seed":%d,"frames":%d,"size":%d,"fps":%s}
                """,
                            lower(split),
                            look == Look.COLOUR ? "" : String.format(Locale.ROOT, "\"style\":\"%s\",", lower(look)),
                            seed,
                            frames,
                            size,
                            fps));
            Parallel.run(clips, clip -> renderClip(dir, split, look, clip, frames, size, fps, seed), progress);
        }
    }

    /** Two that fill one folder would take each other's unfinished clips away. */
    public static FolderLock lock(Path dir) throws IOException {
        return FolderLock.take(
                dir.resolve(".lock"),
                Duration.ZERO,
                pid -> dir + " is being filled by process " + pid + ": wait until it ends, or name another folder");
    }

    /** Clips of two settings in one folder would be a data set that nobody can name. */
    public static void claim(Path dir, String settings) throws IOException {
        Path file = dir.resolve(SETTINGS);
        if (!Files.exists(file)) {
            replace(file, settings);
        } else if (!Files.readString(file).equals(settings)) {
            throw new FileRefused(dir + " holds clips of other settings, "
                    + Files.readString(file).strip() + ": choose another folder, or delete this one");
        }
    }

    /** The video comes last, so where there is one, the clip is finished. */
    private static void renderClip(
            Path dir, Split split, Look look, int clip, int frames, int size, double fps, long seed)
            throws IOException {
        String name = String.format(Locale.ROOT, "clip-%06d", clip);
        Path video = dir.resolve(name + ".mp4");
        if (Files.exists(video)) {
            return;
        }
        int stored = size * Math.max(1, (SMALLEST_VIDEO + size - 1) / size);
        Face face = Face.of(split.identitySeed(seed, clip));
        var motion = new FaceMotion(split.motionSeed(seed, clip), fps);
        List<Pose> poses = LongStream.range(0, frames).mapToObj(motion::at).toList();
        replace(dir.resolve(name + ".json"), groundTruth(split, seed, clip, face, poses, stored));
        try (var writer = new VideoWriter(video, stored, stored, fps)) {
            try {
                for (Pose pose : poses) {
                    writer.write(rgb(FaceRenderer.render(face, pose, look, stored)));
                }
            } catch (RuntimeException | Error e) {
                writer.abandon();
                throw e;
            }
        }
    }

    private static byte[] rgb(BufferedImage image) {
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        var rgb = new byte[pixels.length * 3];
        for (int i = 0; i < pixels.length; i++) {
            rgb[3 * i] = (byte) (pixels[i] >> 16);
            rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
            rgb[3 * i + 2] = (byte) pixels[i];
        }
        return rgb;
    }

    private static String groundTruth(Split split, long seed, int clip, Face face, List<Pose> poses, int stored) {
        return String.format(
                Locale.ROOT,
                """
                {"seed": %d, "clip": %d, "identity_seed": %d, "motion_seed": %d,
                 "face": {"skin": "%s", "hair": "%s", "hair_style": "%s", "eyes": "%s", "glasses": %b, "background": "%s",
                  "gradient": %b, "shirt": "%s", "lips": "%s", "width": %s, "jaw": %s, "eye_spacing": %s, "brow_tilt": %s},
                 "pose": {
                  "x": %s,
                  "y": %s,
                  "scale": %s,
                  "roll": %s,
                  "turn": %s,
                  "blink": %s,
                  "gaze_x": %s,
                  "gaze_y": %s,
                  "mouth": %s,
                  "smile": %s},
                 "landmarks": %s}
                """,
                seed,
                clip,
                split.identitySeed(seed, clip),
                split.motionSeed(seed, clip),
                hex(face.skin()),
                hex(face.hair()),
                lower(face.hairStyle()),
                hex(face.eyes()),
                face.glasses(),
                hex(face.background()),
                face.gradient(),
                hex(face.shirt()),
                hex(face.lips()),
                decimal(face.width()),
                decimal(face.jaw()),
                decimal(face.eyeSpacing()),
                decimal(face.browTilt()),
                series(poses, Pose::x),
                series(poses, Pose::y),
                series(poses, Pose::scale),
                series(poses, Pose::roll),
                series(poses, Pose::turn),
                series(poses, Pose::blink),
                series(poses, Pose::gazeX),
                series(poses, Pose::gazeY),
                series(poses, Pose::mouth),
                series(poses, Pose::smile),
                landmarks(face, poses, stored));
    }

    /** In pixels of the stored video, in the form that {@code dataset import --align} reads. */
    private static String landmarks(Face face, List<Pose> poses, int stored) {
        return poses.stream()
                .map(pose -> {
                    double[] points = FaceRenderer.landmarks(face, pose);
                    return IntStream.range(0, points.length / 2)
                            .mapToObj(k -> String.format(
                                    Locale.ROOT, "[%.3f, %.3f]", stored * points[2 * k], stored * points[2 * k + 1]))
                            .collect(Collectors.joining(", ", "[", "]"));
                })
                .collect(Collectors.joining(",\n  ", "[", "]"));
    }

    private static String series(List<Pose> poses, ToDoubleFunction<Pose> property) {
        return poses.stream()
                .map(pose -> decimal(property.applyAsDouble(pose)))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.5f", value);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String hex(Color colour) {
        return String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xFFFFFF);
    }

    private static void replace(Path file, String text) throws IOException {
        WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
