package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * Fully connected layer with an equalised learning rate: {@code y = act(x (gW)ᵀ + m b)}, {@code g = m/sqrt(in)}, where
 * {@code m} is the learning rate multiplier. Progressive GAN (Karras et al. 2018), section 4.1.
 */
public final class FullyConnected extends Layer {
    /** What follows the product. The leaky ReLU has slope 0.2 and is scaled by sqrt(2) to keep the variance. */
    public enum Activation {
        LINEAR,
        LEAKY_RELU
    }

    private final String weight; // [out, in]
    private final String bias; // [out]
    private final Script script;

    public FullyConnected(String name, int in, int out, Activation activation, double lrMultiplier, float biasInit) {
        super(name);
        weight = parameter("weight", Initializer.normal(1 / lrMultiplier), out, in);
        bias = parameter("bias", Initializer.constant(biasInit), out);
        script = Script.of(
                "x: Tensor, weight: Tensor, bias: Tensor -> Tensor",
                String.format(
                        Locale.ROOT,
                        "y = torch.addmm(torch.mul(bias, %s), x, torch.t(weight), beta=1, alpha=%s)",
                        lrMultiplier,
                        lrMultiplier / Math.sqrt(in)),
                activation == Activation.LINEAR
                        ? "return y"
                        : String.format(Locale.ROOT, "return torch.mul(torch.leaky_relu(y, 0.2), %s)", Math.sqrt(2)));
    }

    /** A linear layer with bias 0 and multiplier 1. */
    public FullyConnected(String name, int in, int out) {
        this(name, in, out, Activation.LINEAR, 1, 0);
    }

    /** {@code x [n, in] -> [n, out]}. */
    public NDArray forward(Pass pass, NDArray x) {
        return script.call(pass, x, pass.weight(weight), pass.weight(bias));
    }
}
