package org.styleinv.trainer.loss;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/** The scalar terms that the stages are trained with. Each returns a mean over the batch, shape []. */
public final class Losses {
    private static final Script REAL =
            Script.of("logits: Tensor -> Tensor", "return torch.mean(torch.softplus(torch.neg(logits)))");
    private static final Script FAKE =
            Script.of("logits: Tensor -> Tensor", "return torch.mean(torch.softplus(logits))");
    private static final Script SUM = Script.of("x: Tensor -> Tensor", "return torch.sum(x)");
    private static final Script SQUARES = Script.of(
            "g: Tensor, factor: Tensor -> Tensor",
            "return torch.mul(torch.mean(torch.sum(torch.mul(g, g), [1, 2, 3])), factor)");
    private static final Script MSE =
            Script.of("a: Tensor, b: Tensor -> Tensor", "d = torch.sub(a, b)", "return torch.mean(torch.mul(d, d))");

    private Losses() {}

    /** {@code softplus(-logits)}: low where the discriminator says real. Goodfellow et al. 2014, non-saturating form. */
    public static NDArray saysReal(Pass pass, NDArray logits) {
        return REAL.call(pass, logits);
    }

    /** {@code softplus(logits)}: low where the discriminator says fake. */
    public static NDArray saysFake(Pass pass, NDArray logits) {
        return FAKE.call(pass, logits);
    }

    /**
     * R1: {@code gamma/2 |d logits / d real|²}. Which Training Methods for GANs do actually Converge (Mescheder et al.
     * 2018), equation 9. Needs a float32 pass: a bfloat16 convolution has a wrong second derivative (ADR 0001).
     *
     * @param real {@code [n, c, h, w]}, requiring a gradient
     */
    public static NDArray r1(Pass pass, NDArray logits, NDArray real, double gamma) {
        NDArray gradient = Autograd.gradient(pass, SUM.call(pass, logits), real);
        return SQUARES.call(pass, gradient, pass.scope().create((float) (gamma / 2)));
    }

    /** Mean squared difference over all elements. */
    public static NDArray mse(Pass pass, NDArray a, NDArray b) {
        return MSE.call(pass, a, b);
    }
}
