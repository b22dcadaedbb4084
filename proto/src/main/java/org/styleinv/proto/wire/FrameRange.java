package org.styleinv.proto.wire;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The frames of a stream: from which index on, how many, and when each is shown. Whatever an index is multiplied with is
 * checked here, and nowhere else. A frame's place in its stream counts from 0; its index is what it shows.
 *
 * <p>An index is at most 2^53, where neighbours are still two doubles. Its time {@code index / fps} is below 2^63
 * microseconds, so that presentation times rise (at 30 frames a second index 276,701,161,105,642 is the last). Its trained
 * time {@code index * |time_step|} is at most 2^62 frames.
 *
 * @param first index of the first frame
 * @param total frames; one without end has all up to the last index
 * @param fps frames a second, 0.001 to 1000
 * @param timeStep trained frames per frame, 2^-20 to 1024
 * @param backwards whether indexes fall
 */
public record FrameRange(long first, long total, double fps, double timeStep, boolean backwards) {
    public static final long MAX_INDEX = 1L << 53;

    /** The longest way between two latents that the network makes, frames. */
    public static final int MAX_STRIDE = 16;

    private static final double MIN_FPS = 0.001;
    private static final double MAX_FPS = 1000;
    private static final double MIN_STEP = 1.0 / (1 << 20);
    private static final double MAX_STEP = 1024;
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal MAX_MICROS = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal MAX_TRAINED = BigDecimal.valueOf(1L << 62);

    /**
     * The frames that a request asks for, in its own terms.
     *
     * @param frameCount 0 for all that there are
     * @param fps 0 for 30
     * @param timeStep below 0 to run backwards, down to index 0
     * @throws IllegalArgumentException naming the field, what it got and what it wants
     */
    public static FrameRange of(long firstIndex, long frameCount, double fps, double timeStep) {
        double rate = fps == 0 ? 30 : fps;
        require(rate >= MIN_FPS && rate <= MAX_FPS, "fps must be from 0.001 to 1000, or 0 for 30, got " + fps);
        double step = Math.abs(timeStep);
        require(
                step >= MIN_STEP && step <= MAX_STEP,
                "time_step must be from 2^-20 to 1024, or the same below zero to run backwards, got " + timeStep);
        require(firstIndex >= 0 && firstIndex <= MAX_INDEX, "first_index must be from 0 to 2^53, got " + firstIndex);
        require(frameCount >= 0, "frame_count must be 0 for a stream without end, or more, got " + frameCount);
        long last = last(rate, step);
        require(firstIndex <= last, "first_index must be at most " + why(last, rate, step) + ", got " + firstIndex);
        boolean backwards = timeStep < 0;
        long most = backwards ? firstIndex + 1 : last - firstIndex + 1;
        require(
                frameCount <= most,
                backwards
                        ? "frame_count must be at most " + most + " when running backwards from first_index "
                                + firstIndex + ", because the video begins at index 0, got " + frameCount
                        : "frame_count must end at index " + why(last, rate, step) + " at most, got " + frameCount
                                + " from first_index " + firstIndex);
        return new FrameRange(firstIndex, frameCount == 0 ? most : frameCount, rate, step, backwards);
    }

    /** The last index that has a time. */
    public static long last(double fps, double step) {
        BigDecimal shown = MAX_MICROS.multiply(new BigDecimal(fps)).divide(MICROS, 0, RoundingMode.DOWN);
        BigDecimal trained = MAX_TRAINED.divide(new BigDecimal(step), 0, RoundingMode.DOWN);
        // The very last microsecond is left out: the time of an index is rounded, maybe up.
        return shown.subtract(BigDecimal.ONE)
                .min(trained)
                .min(BigDecimal.valueOf(MAX_INDEX))
                .longValueExact();
    }

    private static String why(long last, double fps, double step) {
        return last == MAX_INDEX
                ? "2^53"
                : last + " (with fps " + fps + " and time_step " + step + " the last that has a time)";
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** Index of the frame at a place. */
    public long index(long place) {
        return backwards ? first - place : first + place;
    }

    /** Place of the frame with an index; outside of 0 to {@code total - 1} for one that is not of these. */
    public long place(long index) {
        return backwards ? first - index : index - first;
    }

    /** Microseconds: index / fps, backwards since the first frame; rises strictly in both. */
    public long presentationUs(long place) {
        return BigDecimal.valueOf(backwards ? place : index(place))
                .multiply(MICROS)
                .divide(new BigDecimal(fps), 0, RoundingMode.HALF_UP)
                .longValueExact();
    }
}
