package org.styleinv.network.op;

import java.util.Locale;

/**
 * TorchScript lines that resample with the FIR filter [1, 3, 3, 1]: each works on a variable {@code x [n, c, h, w]} of
 * {@code c} channels. StyleGAN2 (Karras et al. 2020), appendix B; Making Convolutional Networks Shift-Invariant Again
 * (Zhang 2019).
 */
public final class Fir {
    private Fir() {}

    /** Names a depthwise kernel {@code f [c, 1, 4, 4]} of sum {@code gain}, in x's type and on its device. */
    public static String kernel(int channels, double gain) {
        return String.format(Locale.ROOT, """
                f1 = torch.to(torch.tensor([1.0, 3.0, 3.0, 1.0]), x)
                f = torch.repeat(torch.reshape(torch.mul(torch.ger(f1, f1), %s), [1, 1, 4, 4]), [%d, 1, 1, 1])
                """, gain / 64, channels);
    }

    /** Filters {@code x} after padding it on all sides, keeps every {@code stride}-th sample. Needs {@link #kernel}. */
    public static String filter(int channels, int pad, int stride) {
        return filter(channels, pad, stride, "None");
    }

    /** The same, adding a variable {@code [c]} of that name. */
    public static String filter(int channels, int pad, int stride, String bias) {
        return String.format(
                Locale.ROOT,
                "x = torch.conv2d(x, f, %4$s, [%2$d, %2$d], [%1$d, %1$d], [1, 1], %3$d)\n",
                pad,
                stride,
                channels,
                bias);
    }

    /** Doubles the size of {@code x}. Needs {@link #kernel} with gain 4. */
    public static String upsample(int channels) {
        return String.format(
                Locale.ROOT, "x = torch.conv_transpose2d(x, f, None, [2, 2], [1, 1], [0, 0], %d, [1, 1])\n", channels);
    }
}
