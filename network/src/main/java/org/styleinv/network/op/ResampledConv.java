package org.styleinv.network.op;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * A convolution between upsampling and downsampling, as its definition reads: the layers' faster forms (a transposed
 * convolution, a stride) must equal it. StyleGAN2 (Karras et al. 2020), appendix B.
 *
 * @param padding zeros on every side, before resampling
 * @param flip whether the kernel is convolved, not correlated
 */
public record ResampledConv(int up, int down, int padding, int groups, boolean flip) {
    /**
     * {@code x [n, in, h, w], weight [out, in/groups, k, k] -> [n, out, h*up/down, w*up/down]} where padding is k/2.
     *
     * @param f FIR filter of both resamplings, {@code [taps, taps]}
     */
    public NDArray apply(Pass pass, NDArray x, NDArray weight, NDArray f) {
        int taps = Math.toIntExact(f.getShape().get(0));
        int before = padding;
        int after = padding;
        if (up > 1) {
            before += (taps + up - 1) / 2;
            after += (taps - up) / 2;
        }
        if (down > 1) {
            before += (taps - down + 1) / 2;
            after += (taps - down) / 2;
        }
        UpFirDn first = new UpFirDn(up, up, 1, 1, before, after, before, after, false, (double) up * up);
        UpFirDn last = new UpFirDn(1, 1, down, down, 0, 0, 0, 0, false, 1);
        return Script.of(
                        "x: Tensor, weight: Tensor, fir: Tensor -> Tensor",
                        up > 1 ? "f = fir" : "f = torch.to(torch.tensor([[1.0]]), x)",
                        first.lines(false)
                                + (flip ? "weight = torch.flip(weight, [2, 3])\n" : "")
                                + String.format(
                                        Locale.ROOT,
                                        "x = torch.conv2d(x, weight, None, [1, 1], [0, 0], [1, 1], %d)\n",
                                        groups)
                                + (down > 1 ? "f = fir\n" + last.lines(false) : "")
                                + "return x")
                .call(pass, x, weight, f);
    }
}
