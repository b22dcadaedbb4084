package org.styleinv.network.op;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * Upsamples by zeros, pads, filters and keeps every so-many-th sample, in one: what all resampling here is made of.
 * StyleGAN2 (Karras et al. 2020), appendix B. It can be differentiated twice.
 *
 * @param upX zeros and sample that each sample becomes, along x
 * @param downX of how many samples one is kept, along x
 * @param padX0 zeros on the left; negative crops
 * @param flip whether the filter is correlated, not convolved
 * @param gain factor on the result
 */
public record UpFirDn(
        int upX, int upY, int downX, int downY, int padX0, int padX1, int padY0, int padY1, boolean flip, double gain) {
    public UpFirDn {
        if (upX < 1 || upY < 1 || downX < 1 || downY < 1) {
            throw new IllegalArgumentException(
                    "factors must be at least 1, got up " + upX + ", " + upY + " and down " + downX + ", " + downY);
        }
    }

    /** Doubles and so on: as many samples as before times {@code factor}, for a filter of {@code taps} a side. */
    public static UpFirDn upsample(int factor, int taps) {
        int before = (taps + factor - 1) / 2;
        int after = (taps - factor) / 2;
        return new UpFirDn(factor, factor, 1, 1, before, after, before, after, false, (double) factor * factor);
    }

    /** Halves and so on. */
    public static UpFirDn downsample(int factor, int taps) {
        int before = (taps - factor + 1) / 2;
        int after = (taps - factor) / 2;
        return new UpFirDn(1, 1, factor, factor, before, after, before, after, false, 1);
    }

    /** Filters without a change of size. */
    public static UpFirDn filter(int taps) {
        return new UpFirDn(1, 1, 1, 1, taps / 2, (taps - 1) / 2, taps / 2, (taps - 1) / 2, false, 1);
    }

    /**
     * {@code x [n, c, h, w] -> [n, c, (h*upY + pads - kh) / downY + 1, ...]}.
     *
     * @param f {@code [kh, kw]}, or {@code [k]} for a separable filter
     */
    public NDArray apply(Pass pass, NDArray x, NDArray f) {
        return Script.of("x: Tensor, f: Tensor -> Tensor", lines(f.getShape().dimension() == 1) + "return x")
                .call(pass, x, f);
    }

    /** The same as TorchScript lines that change {@code x} by a filter {@code f}. */
    String lines(boolean separable) {
        String spread = upX == 1 && upY == 1 ? "" : String.format(Locale.ROOT, """
                h = torch.size(x, 2)
                w = torch.size(x, 3)
                x = torch.reshape(x, [torch.size(x, 0), torch.size(x, 1), h, 1, w, 1])
                x = torch.constant_pad_nd(x, [0, %1$d, 0, 0, 0, %2$d], 0.0)
                x = torch.reshape(x, [torch.size(x, 0), torch.size(x, 1), torch.mul(h, %3$d), torch.mul(w, %4$d)])
                """, upX - 1, upY - 1, upY, upX);
        String pad = String.format(
                Locale.ROOT, "x = torch.constant_pad_nd(x, [%d, %d, %d, %d], 0.0)\n", padX0, padX1, padY0, padY1);
        String kernel = separable
                ? String.format(Locale.ROOT, "k = torch.mul(f, %s)\n", Math.sqrt(gain))
                        + (flip ? "" : "k = torch.flip(k, [0])\n")
                : String.format(Locale.ROOT, "k = torch.mul(f, %s)\n", gain)
                        + (flip ? "" : "k = torch.flip(k, [0, 1])\n");
        String convolve =
                "x = torch.conv2d(x, torch.repeat(%s, [torch.size(x, 1), 1, 1, 1]), None, [%d, %d], [0, 0], [1, 1], torch.size(x, 1))\n";
        return spread
                + pad
                + kernel
                + (separable
                        ? String.format(Locale.ROOT, convolve, "torch.reshape(k, [1, 1, 1, -1])", 1, downX)
                                + String.format(Locale.ROOT, convolve, "torch.reshape(k, [1, 1, -1, 1])", downY, 1)
                        : String.format(
                                Locale.ROOT, convolve, "torch.unsqueeze(torch.unsqueeze(k, 0), 0)", downY, downX));
    }
}
