package org.styleinv.network.op;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/** Scales each row to unit mean square. StyleGAN (Karras et al. 2019), of z; StyleGAN-V, of a time condition. */
public final class SecondMoment {
    private static final Script NORMALIZE = Script.of(
            "x: Tensor -> Tensor",
            "return torch.mul(x, torch.rsqrt(torch.add(torch.mean(torch.mul(x, x), [1], True), 1e-8)))");

    private SecondMoment() {}

    /** {@code x [n, d] -> [n, d]}. */
    public static NDArray normalize(Pass pass, NDArray x) {
        return NORMALIZE.call(pass, x);
    }
}
