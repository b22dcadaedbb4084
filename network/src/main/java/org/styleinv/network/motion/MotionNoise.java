package org.styleinv.network.motion;

import org.apache.commons.rng.core.source32.Philox4x32;

/**
 * The randomness of a motion. It is counter-based: the noise of an anchor is a pure function of (motion seed, anchor), so
 * any anchor can be had at once, on any machine, without those before it. Philox 4x32-10, Salmon et al. 2011.
 */
public final class MotionNoise {
    private MotionNoise() {}

    /**
     * Standard normal values; the same bits on every machine. Pairs come by Box and Muller (1958) from the Philox blocks
     * of key {@code motionSeed} and counters {@code anchor * 2^64 + 1, + 2, ...}.
     *
     * @param motionSeed names the motion
     * @param anchor from 0
     * @param zDim how many values
     */
    public static float[] anchor(long motionSeed, long anchor, int zDim) {
        Philox4x32 random = new Philox4x32(
                new int[] {(int) motionSeed, (int) (motionSeed >>> 32), 0, 0, (int) anchor, (int) (anchor >>> 32)});
        float[] values = new float[zDim];
        for (int i = 0; i < zDim; i += 2) {
            // Half a step off zero keeps the logarithm finite.
            double radius = StrictMath.sqrt(-2 * StrictMath.log(((random.nextInt() >>> 1) + 0.5) * 0x1p-31));
            double angle = random.nextInt() * (Math.PI * 0x1p-31);
            values[i] = (float) (radius * StrictMath.cos(angle));
            if (i + 1 < zDim) {
                values[i + 1] = (float) (radius * StrictMath.sin(angle));
            }
        }
        return values;
    }
}
