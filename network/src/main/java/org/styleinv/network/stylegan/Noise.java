package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.styleinv.network.Pass;

/**
 * Where a synthesis layer's per-pixel noise comes from.
 *
 * @param mode the stored map, nothing, or fresh values
 * @param seed of fresh values: equal seeds give equal noise for every sample of the batch
 */
public record Noise(Mode mode, long seed) {
    public static final Noise CONST = new Noise(Mode.CONST, 0);
    public static final Noise NONE = new Noise(Mode.NONE, 0);

    /** The three modes of the published generator. */
    public enum Mode {
        CONST,
        NONE,
        RANDOM
    }

    public static Noise random(long seed) {
        return new Noise(Mode.RANDOM, seed);
    }

    /** {@code [1, 1, r, r]}: one map per layer, so that a frame never depends on its batch mates. */
    NDArray random(Pass pass, String layer, long ignoredBatch, long resolution) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L + layer.hashCode());
        float[] values = new float[Math.toIntExact(resolution * resolution)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return pass.scope().create(values, new Shape(1, 1, resolution, resolution));
    }
}
