package org.styleinv.network.op;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * A convolution whose kernel is scaled by a style of its input channels, as its definition reads; {@code SynthesisLayer} and
 * {@code ToRgb} are its fast forms. StyleGAN2 (Karras et al. 2020), section 2.2, equations 1 to 3.
 */
public final class ModulatedConv {
    private static final Script MODULATE = Script.of(
            "x: Tensor, s: Tensor -> Tensor", "return torch.mul(x, torch.unsqueeze(torch.unsqueeze(s, 2), 3))");
    private static final Script DEMODULATE = Script.of("y: Tensor, weight: Tensor, s: Tensor -> Tensor", """
                    k = torch.mul(torch.unsqueeze(weight, 0), torch.reshape(s, [torch.size(s, 0), 1, -1, 1, 1]))
                    d = torch.rsqrt(torch.add(torch.sum(torch.mul(k, k), [2, 3, 4]), 1e-8))
                    return torch.mul(y, torch.unsqueeze(torch.unsqueeze(d, 2), 3))""");

    private ModulatedConv() {}

    /**
     * {@code x [n, in, h, w], weight [out, in, k, k], s [n, in] -> [n, out, h*up, w*up]}.
     *
     * @param conv of one group
     * @param f FIR filter of its resampling
     * @param demodulate whether each output map is scaled to unit variance
     */
    public static NDArray apply(
            Pass pass, NDArray x, NDArray weight, NDArray s, NDArray f, ResampledConv conv, boolean demodulate) {
        NDArray y = conv.apply(pass, MODULATE.call(pass, x, s), weight, f);
        return demodulate ? DEMODULATE.call(pass, y, weight, s) : y;
    }
}
