package org.styleinv.trainer.evaluate.film;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.styleinv.trainer.data.rendered.Face;
import org.styleinv.trainer.data.rendered.FaceMotion;
import org.styleinv.trainer.data.rendered.Pose;
import org.styleinv.trainer.data.rendered.Sketched;

/** Clips of drawn faces, healthy and with planted defects. */
public final class Drawn {
    /** Frames a second. */
    static final double FPS = 20;

    private static final Map<List<Long>, Film> KNOWN = new ConcurrentHashMap<>();

    private Drawn() {}

    /** What can be wrong with a clip. */
    public enum Defect {
        FROZEN,
        LOOPED,
        BOUNCED,
        FLICKERING,
        SWAPPED,
        LEAPING,
        OPEN_EYED,
        STARING,
        UPRIGHT,
        SLOW,
        DRIFTING
    }

    /** A healthy clip. */
    public static Film film(long face, long motion, int frames, int size) {
        return KNOWN.computeIfAbsent(
                List.of(face, motion, (long) frames, (long) size), key -> drawn(face, motion, frames, size));
    }

    /** One frame of a life without end. */
    public static float[] at(long face, long motion, long index, int size) {
        return frame(face, new FaceMotion(motion, FPS).at(index), size);
    }

    private static Film drawn(long face, long motion, int frames, int size) {
        FaceMotion life = life(motion, frames);
        return film(frames, size, n -> frame(face, life.at(n), size));
    }

    /** A clip with a defect. */
    public static Film planted(Defect defect, long face, long motion, int frames, int size) {
        FaceMotion life = life(motion, frames);
        SplittableRandom random = new SplittableRandom(motion);
        float[][] good = film(face, motion, frames, size).frames();
        return film(frames, size, n -> switch (defect) {
            case FROZEN -> good[0];
            case LOOPED -> good[n % (frames / 4)];
            case BOUNCED -> good[Math.abs(n - frames / 2)];
            case FLICKERING -> shaded(good[n], (random.nextDouble() - 0.5) * 0.3, 3);
            case SWAPPED -> n < frames * 3 / 4 ? good[n] : frame(face + 1000, life.at(n), size);
            case LEAPING -> n < frames * 3 / 4 ? good[n] : frame(face, life.at(n + 1000), size);
            case OPEN_EYED ->
                life.at(n).blink() == 0
                        ? good[n]
                        : frame(
                                face,
                                with(
                                        life.at(n),
                                        0,
                                        life.at(n).gazeX(),
                                        life.at(n).roll()),
                                size);
            case STARING ->
                frame(face, with(life.at(n), life.at(n).blink(), 0, life.at(n).roll()), size);
            case UPRIGHT ->
                frame(face, with(life.at(n), life.at(n).blink(), life.at(n).gazeX(), 0), size);
            case SLOW -> frame(face, new FaceMotion(motion, 8 * FPS).at(n), size);
            case DRIFTING -> shaded(good[n], 0.3 * n / frames, 1);
        });
    }

    /** The first motion from a seed on that has a blink in it. */
    static FaceMotion life(long seed, int frames) {
        for (long at = 1000 * seed; ; at++) {
            FaceMotion life = new FaceMotion(at, FPS);
            if (LongStream.range(0, frames)
                            .filter(n -> life.at(n).blink() > 0.8)
                            .count()
                    >= Math.min(2, frames - 2)) {
                return life;
            }
        }
    }

    private static Pose with(Pose pose, double blink, double gaze, double roll) {
        return new Pose(
                pose.x(),
                pose.y(),
                pose.scale(),
                roll,
                pose.turn(),
                blink,
                gaze,
                pose.gazeY(),
                pose.mouth(),
                pose.smile());
    }

    private static Film film(int frames, int size, IntFunction<float[]> frame) {
        float[][] all = new float[frames][];
        for (int n = 0; n < frames; n++) {
            all[n] = frame.apply(n);
        }
        return new Film(size, all);
    }

    /** Adds to the first {@code channels} of three. */
    public static float[] shaded(float[] good, double by, int channels) {
        float[] frame = good.clone();
        for (int i = 0; i < frame.length * channels / 3; i++) {
            frame[i] = (float) Math.max(-1, Math.min(1, frame[i] + by));
        }
        return frame;
    }

    /** A drawn face as a planar picture in [-1, 1]. */
    public static float[] frame(long face, Pose pose, int size) {
        BufferedImage image = Sketched.face(Face.of(face), pose, size);
        int[] pixels = image.getRGB(0, 0, size, size, null, 0, size);
        float[] frame = new float[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            for (int c = 0; c < 3; c++) {
                frame[c * pixels.length + i] = (pixels[i] >> 16 - 8 * c & 255) / 127.5f - 1;
            }
        }
        return frame;
    }
}
