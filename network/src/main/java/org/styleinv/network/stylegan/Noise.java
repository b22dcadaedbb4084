package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import java.util.SplittableRandom;
import org.styleinv.network.Pass;

/**
 * Where a synthesis layer's per-pixel noise comes from.
 *
 * @param mode the stored map, nothing, or fresh values
 * @param seed of fresh values
 * @param each whether every sample of a batch has values of its own, as in training; else all have the same, so that a
 *     frame never depends on its batch mates
 */
public record Noise(Mode mode, long seed, boolean each) {
    public static final Noise CONST = new Noise(Mode.CONST, 0, false);
    public static final Noise NONE = new Noise(Mode.NONE, 0, false);

    /** The three modes of the published generator. */
    public enum Mode {
        CONST,
        NONE,
        RANDOM
    }

    /** Equal seeds give equal noise for every sample of a batch: for serving. */
    public static Noise random(long seed) {
        return new Noise(Mode.RANDOM, seed, false);
    }

    /** Values of its own for every sample of a batch: for training. */
    public static Noise randomEach(long seed) {
        return new Noise(Mode.RANDOM, seed, true);
    }

    /** {@code [1 or batch, 1, r, r]}. */
    NDArray random(Pass pass, String layer, long batch, long resolution) {
        long layerSeed = seed * 0x9E3779B97F4A7C15L + layer.hashCode();
        long samples = each ? batch : 1;
        float[] values = new float[Math.toIntExact(samples * resolution * resolution)];
        if (each) {
            SplittableRandom random = new SplittableRandom(layerSeed);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
        } else {
            Random random = new Random(layerSeed);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
        }
        return pass.scope().create(values, new Shape(samples, 1, resolution, resolution));
    }
}
