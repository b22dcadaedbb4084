package org.styleinv.network.plain;

import ai.djl.ndarray.NDArray;

/** {@code z -> w}, in plain eager DJL. StyleGAN (Karras et al. 2019), section 2. */
public final class PlainMapping {
    private static final double LR_MULTIPLIER = 0.01;

    private final int layers;

    public PlainMapping(int layers) {
        this.layers = layers;
    }

    /** {@code z [n, zDim] -> w [n, wDim]}, not truncated. */
    public NDArray forward(Plain plain, NDArray z) {
        double width = z.getShape().get(1);
        NDArray square = plain.times(z.mul(z).sum(new int[] {1}, true), 1 / width);
        NDArray w = z.div(square.add(plain.constant(1e-8)).sqrt());
        for (int i = 0; i < layers; i++) {
            w = plain.times(plain.leakyRelu(plain.fullyConnected("mapping.fc" + i, w, LR_MULTIPLIER)), Math.sqrt(2));
        }
        return w;
    }
}
