package org.styleinv.trainer.data.rendered;

/**
 * The life of a face: its pose at any frame index, found at once and without a period.
 *
 * <p>Head and smile follow smooth noise at two time scales; gaze jumps as eyes do; blinks and bursts of speech come
 * at irregular times. Speeds are in seconds, so a clip at another rate shows the same motion.
 */
public final class FaceMotion {
    private static final double BLINK_CELL = 2.0; // seconds; at most one blink each, so about 25 a minute
    private static final double BLINK_LENGTH = 0.2; // seconds: six frames at 30 fps, as real blinks
    private static final double GAZE_CELL = 0.9; // seconds; one glance each
    private static final double GAZE_LENGTH = 0.1; // seconds that a glance takes: three frames at 30 fps

    private final long seed;
    private final double fps;

    /** Motion of one clip, {@code fps} frames a second. */
    public FaceMotion(long seed, double fps) {
        if (!(fps > 0)) {
            throw new IllegalArgumentException("fps must be positive, got " + fps);
        }
        this.seed = seed;
        this.fps = fps;
    }

    /** The pose at {@code frameIndex}, from 0; any index costs the same. */
    public Pose at(long frameIndex) {
        double t = frameIndex / fps;
        double turn = clamp(wander(0, t, 1.4, 0.6), -1, 1);
        return new Pose(
                0.0625 * clamp(wander(1, t, 1.5, 0.6), -1, 1),
                0.045 * clamp(wander(2, t, 1.2, 0.5), -1, 1),
                1 + 0.05 * clamp(wander(3, t, 2.0, 0.8), -1, 1),
                Math.toRadians(8) * clamp(wander(4, t, 1.3, 0.6), -1, 1),
                turn,
                blink(t),
                clamp(0.75 * glance(5, t) + 0.25 * turn, -1, 1),
                0.7 * glance(6, t),
                mouth(t),
                clamp(0.45 + 0.9 * Hash.noise(seed, 7, t, 1.1), 0, 1));
    }

    /** Slow noise with a faster, smaller part. A B-spline pulls its knots together, hence gains above 1. */
    private double wander(long channel, double t, double slow, double fast) {
        return 1.35 * Hash.noise(seed, 2 * channel, t, slow) + 0.4 * Hash.noise(seed, 2 * channel + 1, t, fast);
    }

    /** Closes in a third of the blink and opens more slowly. Nine cells of ten have one, somewhere inside. */
    private double blink(double t) {
        long cell = (long) Math.floor(t / BLINK_CELL);
        if (Hash.uniform(seed, 20, cell) > 0.9) {
            return 0;
        }
        double start = (cell + Hash.uniform(seed, 21, cell) * (1 - BLINK_LENGTH / BLINK_CELL)) * BLINK_CELL;
        double phase = (t - start) / BLINK_LENGTH;
        if (phase <= 0 || phase >= 1) {
            return 0;
        }
        return phase < 0.5 ? smoothStep(phase / 0.36) : smoothStep((1 - phase) / 0.5);
    }

    /** Holds a target, then jumps to the next at a random time inside each cell. */
    private double glance(long channel, double t) {
        long cell = (long) Math.floor(t / GAZE_CELL);
        double jump = (cell + 0.1 + 0.75 * Hash.uniform(seed, 22, cell)) * GAZE_CELL;
        double from = target(channel, cell - 1);
        double to = target(channel, cell);
        return from + (to - from) * smoothStep((t - jump) / GAZE_LENGTH);
    }

    private double target(long channel, long cell) {
        double u = 2 * Hash.uniform(seed, 30 + channel, cell) - 1;
        return Math.abs(u) < 0.3 ? 0 : u; // people mostly look at you
    }

    /** Syllables, about four a second, let through while the face is talking: about three quarters of the time. */
    private double mouth(double t) {
        double talking = smoothStep(0.5 + (Hash.noise(seed, 40, t, 0.5) + 0.2) / 0.3);
        double syllable = 0.42 + 1.25 * Hash.noise(seed, 41, t, 0.125);
        return talking * clamp(syllable, 0, 1);
    }

    private static double smoothStep(double u) {
        double v = clamp(u, 0, 1);
        return v * v * (3 - 2 * v);
    }

    private static double clamp(double value, double low, double high) {
        return Math.max(low, Math.min(high, value));
    }
}
