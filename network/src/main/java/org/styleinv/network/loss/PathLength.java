package org.styleinv.network.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Locale;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * Path length regularisation: a step of fixed length in w should change the picture by a fixed amount. StyleGAN2 (Karras
 * et al. 2020), section 3.2 and equation 4. Needs a float32 pass, as R1 does.
 */
public final class PathLength {
    /** How much of the tracked mean each step replaces. */
    public static final double DECAY = 0.01;

    private static final Script PROJECT =
            Script.of("image: Tensor, noise: Tensor -> Tensor", "return torch.sum(torch.mul(image, noise))");
    private static final Script LENGTHS =
            Script.of("g: Tensor -> Tensor", "return torch.sqrt(torch.mean(torch.sum(torch.mul(g, g), [2]), [1]))");
    private static final Script MEAN = Script.of(
            "lengths: Tensor, mean: Tensor -> Tensor",
            String.format(
                    Locale.ROOT, "return torch.add(mean, torch.mul(torch.sub(torch.mean(lengths), mean), %s))", DECAY));
    private static final Script SQUARED = Script.of(
            "lengths: Tensor, mean: Tensor -> Tensor", "d = torch.sub(lengths, mean)", "return torch.mul(d, d)");

    /**
     * @param each {@code (length - mean)²} of each sample, {@code [n]}, differentiable
     * @param mean the tracked mean after this step: keep it for the next one
     */
    public record Penalty(NDArray each, double mean) {}

    private PathLength() {}

    /**
     * {@code |J_w^T y|} of each sample, differentiable.
     *
     * @param image {@code [n, 3, r, r]}, painted of {@code ws}
     * @param noise {@code y}: standard normal divided by r, {@code [n, 3, r, r]}
     * @param ws one array {@code [n, numWs, wDim]}, requiring a gradient
     * @return {@code [n]}
     */
    public static NDArray lengths(Pass pass, NDArray image, NDArray noise, NDArray ws) {
        return LENGTHS.call(pass, Autograd.gradient(pass, PROJECT.call(pass, image, noise), ws));
    }

    /**
     * The penalty of lengths, where {@code mean} is the tracked mean before this step. As published, the share of this
     * batch in the new mean is differentiated too.
     */
    public static Penalty penalty(Pass pass, NDArray lengths, double mean) {
        NDArray after = MEAN.call(pass, lengths, pass.scope().create((float) mean));
        return new Penalty(
                SQUARED.call(pass, lengths, after),
                after.toType(DataType.FLOAT64, false).getDouble());
    }
}
