package org.styleinv.network.parity.check;

/** How near is near: float32 on a CPU against float32 on a CPU with other convolution kernels. */
public final class Tolerance {
    /** Operators, mapping, time: relative to the largest reference value. */
    public static final double ELEMENTWISE = 1e-5;
    /** Outputs of generator, discriminators and encoders. */
    public static final double NETWORK = 1e-4;
    /** Latents of the encoders in published size, and what is painted of them. */
    public static final double FULL_SIZE_LATENT = 1e-3;
    /** Norms of gradients, and penalties on gradients. */
    public static final double GRADIENT = 1e-3;
    /**
     * A gradient below this part of the largest norm of its file is rounding noise: that of a bias in front of a
     * normalisation is zero.
     */
    public static final double GRADIENT_NOISE = 1e-6;
    /** Adam's first step moves by the sign of each gradient, and the sign of a tiny one is chance. */
    public static final double ADAM_STEP = 2e-2;
    /** Pixels may differ by one where the exact value lies on a rounding boundary. */
    public static final double PIXEL = 1;
    /** Arithmetic in float64; where a covariance lacks ranks, roots magnify its last bits. */
    public static final double DOUBLE = 1e-7;

    private Tolerance() {}
}
