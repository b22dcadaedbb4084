package org.styleinv.network.op;

import java.util.Locale;

/**
 * TorchScript lines that convolve a sequence {@code x [n, c, l]} with an equalised learning rate of multiplier 0.01. Each
 * names its weight {@code [out, c, kernel]} and bias by two format arguments. StyleInV (Wang et al. 2023), section 3.3.
 */
public final class AnchorConvolution {
    public static final double LR_MULTIPLIER = 0.01;

    private AnchorConvolution() {}

    /** All taps, no padding: the result is {@code kernel - 1} shorter. */
    public static String whole(int channels, int kernel) {
        return lines(channels, kernel, kernel);
    }

    /** Taps up to the middle one, no padding. The gain counts all taps, also those that are left out. */
    public static String causal(int channels, int kernel) {
        return lines(channels, kernel, kernel / 2 + 1);
    }

    /** Zeros in front, so that {@link #causal} keeps the length. */
    public static String pad(int kernel) {
        return String.format(Locale.ROOT, "x = torch.constant_pad_nd(x, [%d, 0], 0.0)\n", kernel / 2);
    }

    private static String lines(int channels, int kernel, int taps) {
        return String.format(
                Locale.ROOT, """
                k = torch.mul(torch.slice(%%1$s, 2, 0, %1$d), %2$s)
                x = torch.conv1d(x, k, torch.mul(%%2$s, %3$s), [1], [0], [1], 1)
                """, taps, LR_MULTIPLIER / Math.sqrt((double) channels * kernel), LR_MULTIPLIER);
    }
}
