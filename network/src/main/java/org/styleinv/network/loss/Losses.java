package org.styleinv.network.loss;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * The terms that the stages are trained with. Each comes twice: one value for each item (what is reported), and their mean
 * over the batch (what is differentiated), shape [].
 */
public final class Losses {
    private static final Script MEAN = Script.of("x: Tensor -> Tensor", "return torch.mean(x)");
    private static final Script SUM = Script.of("x: Tensor -> Tensor", "return torch.sum(x)");
    private static final Script REAL =
            Script.of("logits: Tensor -> Tensor", "return torch.softplus(torch.neg(torch.flatten(logits)))");
    private static final Script FAKE =
            Script.of("logits: Tensor -> Tensor", "return torch.softplus(torch.flatten(logits))");
    private static final Script SQUARES = Script.of(
            "g: Tensor, factor: Tensor -> Tensor", "return torch.mul(torch.sum(torch.mul(g, g), [1, 2, 3]), factor)");
    private static final Script SQUARED =
            Script.of("a: Tensor, b: Tensor -> Tensor", "d = torch.sub(a, b)", "return torch.mul(d, d)");
    private static final Script FIRST =
            Script.of("frames: Tensor, x0: Tensor -> Tensor", "return torch.slice(frames, 0, 0, torch.size(x0, 0))");
    private static final Script DISTANCE = Script.of("wt: Tensor, w0: Tensor -> Tensor", """
            d = torch.sub(torch.reshape(wt, [-1, torch.size(w0, 0), torch.size(w0, 1)]), w0)
            return torch.flatten(torch.sqrt(torch.add(torch.sum(torch.mul(d, d), [2]), 1e-12)))""");

    private static final Script TIMES = Script.of("x: Tensor, factor: Tensor -> Tensor", "return torch.mul(x, factor)");

    private Losses() {}

    /**
     * {@code x * factor}, the factor living as long as the pass. DJL's {@code x.mul(2f)} frees its factor at once, which
     * the gradient still reads: it is then scaled by whatever the memory holds next.
     */
    public static NDArray times(Pass pass, NDArray x, double factor) {
        return TIMES.call(pass, x, pass.scope().create((float) factor));
    }

    /** Mean over all elements, shape []. */
    public static NDArray mean(Pass pass, NDArray each) {
        return MEAN.call(pass, each);
    }

    /** {@code softplus(-logits)}: low where the discriminator says real. Goodfellow et al. 2014, non-saturating form. */
    public static NDArray saysReal(Pass pass, NDArray logits) {
        return mean(pass, saysRealEach(pass, logits));
    }

    /** {@link #saysReal} of each item, {@code [n]}. */
    public static NDArray saysRealEach(Pass pass, NDArray logits) {
        return REAL.call(pass, logits);
    }

    /** {@code softplus(logits)}: low where the discriminator says fake. */
    public static NDArray saysFake(Pass pass, NDArray logits) {
        return mean(pass, saysFakeEach(pass, logits));
    }

    /** {@link #saysFake} of each item, {@code [n]}. */
    public static NDArray saysFakeEach(Pass pass, NDArray logits) {
        return FAKE.call(pass, logits);
    }

    /**
     * R1: {@code gamma/2 |d logits / d real|²}. Which Training Methods for GANs do actually Converge (Mescheder et al.
     * 2018), equation 9. Needs a float32 pass: a bfloat16 convolution has a wrong second derivative (ADR 0001).
     *
     * @param real {@code [n, c, h, w]}, requiring a gradient
     */
    public static NDArray r1(Pass pass, NDArray logits, NDArray real, double gamma) {
        return mean(pass, r1Each(pass, logits, real, gamma));
    }

    /** {@link #r1} of each item, {@code [n]}. */
    public static NDArray r1Each(Pass pass, NDArray logits, NDArray real, double gamma) {
        NDArray gradient = Autograd.gradient(pass, SUM.call(pass, logits), real);
        return SQUARES.call(pass, gradient, pass.scope().create((float) (gamma / 2)));
    }

    /** Mean squared difference over all elements. */
    public static NDArray mse(Pass pass, NDArray a, NDArray b) {
        return mean(pass, SQUARED.call(pass, a, b));
    }

    /**
     * First-frame reconstruction: the squared difference of the frames at time 0 from the first frames. StyleInV (Wang et
     * al. 2023), section 3.4.
     *
     * @param frames time-major, {@code [t*n, 3, r, r]}; the first n are those at time 0
     * @param x0 {@code [n, 3, r, r]}
     * @return {@code [n, 3, r, r]}
     */
    public static NDArray reconstructionEach(Pass pass, NDArray frames, NDArray x0) {
        return SQUARED.call(pass, FIRST.call(pass, frames, x0), x0);
    }

    /** Mean of {@link #reconstructionEach}. */
    public static NDArray reconstruction(Pass pass, NDArray frames, NDArray x0) {
        return mean(pass, reconstructionEach(pass, frames, x0));
    }

    /**
     * Latent regularisation: {@code |w_t - w0|}, not squared. StyleInV, section 3.4.
     *
     * @param wt time-major, {@code [t*n, wDim]}
     * @param w0 {@code [n, wDim]}
     * @return {@code [t*n]}
     */
    public static NDArray distanceEach(Pass pass, NDArray wt, NDArray w0) {
        return DISTANCE.call(pass, wt, w0);
    }

    /** Mean of {@link #distanceEach}. */
    public static NDArray distance(Pass pass, NDArray wt, NDArray w0) {
        return mean(pass, distanceEach(pass, wt, w0));
    }
}
