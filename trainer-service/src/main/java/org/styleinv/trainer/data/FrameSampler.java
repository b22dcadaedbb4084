package org.styleinv.trainer.data;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/**
 * Chooses the sparse timestamps of a clip: frame 0, always, and three more within a limited span of each other. StyleInV
 * (Wang et al. 2023), section 3.4 (first-frame-aware sparse training); StyleGAN-V (Skorokhodov et al. 2022), section 3.2.
 *
 * @param clipLength frames of a training clip, N: the unit of time, and the most of a video that one sample comes from
 * @param maxSpan frames that the sampled ones lie within, exclusive
 */
public record FrameSampler(int clipLength, int maxSpan) {
    /** Frames of a sampled clip, frame 0 included. */
    public static final int FRAMES = 4;
    /** Frames of the shortest video that can be sampled. */
    public static final int SHORTEST = 5;

    public FrameSampler {
        if (clipLength < SHORTEST || maxSpan < 4) {
            throw new IllegalArgumentException("a clip must have at least " + SHORTEST + " frames and a span of 4, got "
                    + clipLength + " and " + maxSpan);
        }
    }

    /**
     * Whole frames, for a real clip: [0, a, b, c] with a < b < c < length.
     *
     * @param length frames that there are, from 5 on; those beyond clipLength are not used
     */
    public double[] real(int length, DoubleSupplier uniform) {
        int end = end(length);
        int span = span(end, uniform);
        return frames((int) (uniform.getAsDouble() * (end - span)), span, uniform);
    }

    /** Frames that may lie between two real ones, for a generated clip as long as a real one: time is continuous. */
    public double[] generated(int length, DoubleSupplier uniform) {
        int end = end(length);
        int span = span(end, uniform);
        return frames(uniform.getAsDouble() * (end - span - 1), span, uniform);
    }

    /** Timestamps of frames: {@code frame / (clipLength - 1)}. */
    public float[] timestamps(double[] frames) {
        float[] ts = new float[frames.length];
        for (int i = 0; i < ts.length; i++) {
            ts[i] = (float) (frames[i] / (clipLength - 1));
        }
        return ts;
    }

    private int end(int length) {
        if (length < SHORTEST) {
            throw new IllegalArgumentException(
                    "a clip must have at least " + SHORTEST + " frames to be sampled, got " + length);
        }
        return Math.min(length, clipLength);
    }

    private int span(int length, DoubleSupplier uniform) {
        int end = Math.min(length - 1, maxSpan); // from 2 to end - 1
        return 2 + (int) (uniform.getAsDouble() * (end - 2));
    }

    private static double[] frames(double offset, int span, DoubleSupplier uniform) {
        double between = offset + 1 + (int) (uniform.getAsDouble() * (span - 1));
        double[] frames = {0, offset, between, offset + span};
        Arrays.sort(frames);
        return frames;
    }
}
