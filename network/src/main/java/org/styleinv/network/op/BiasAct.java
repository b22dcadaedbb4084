package org.styleinv.network.op;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * {@code clamp(gain * act(x + b))}. Progressive GAN (Karras et al. 2018), section 4.1, for the gains that keep the variance.
 *
 * @param alpha slope of a leaky ReLU
 * @param clamp bound on the result, 0 for none
 */
public record BiasAct(Activation activation, double alpha, double gain, double clamp) {
    /** The published activations by their published names. */
    public enum Activation {
        LINEAR("x", 1),
        RELU("torch.relu(x)", Math.sqrt(2)),
        LRELU("torch.leaky_relu(x, %s)", Math.sqrt(2)),
        TANH("torch.tanh(x)", 1),
        SIGMOID("torch.sigmoid(x)", 1),
        ELU("torch.elu(x)", 1),
        SELU("torch.selu(x)", 1),
        SOFTPLUS("torch.softplus(x)", 1),
        SWISH("torch.mul(torch.sigmoid(x), x)", Math.sqrt(2));

        private final String expression;
        private final double gain;

        Activation(String expression, double gain) {
            this.expression = expression;
            this.gain = gain;
        }

        /** What keeps the variance of its input. */
        public double gain() {
            return gain;
        }

        /** @throws IllegalArgumentException listing the names, where there is no such activation */
        public static Activation named(String name) {
            for (Activation activation : values()) {
                if (activation.name().equals(name.toUpperCase(Locale.ROOT))) {
                    return activation;
                }
            }
            throw new IllegalArgumentException("there is no activation " + name + "; there are "
                    + java.util.Arrays.toString(values()).toLowerCase(Locale.ROOT));
        }
    }

    /** The slope of published networks. */
    public static final double SLOPE = 0.2;

    /** {@code x [n, c, ...], bias [c] -> [n, c, ...]}. */
    public NDArray apply(Pass pass, NDArray x, NDArray bias) {
        return Script.of(
                        "x: Tensor, bias: Tensor -> Tensor",
                        String.format(
                                Locale.ROOT,
                                "x = torch.add(x, torch.reshape(bias, [%s]))",
                                "1, -1" + ", 1".repeat(x.getShape().dimension() - 2)),
                        String.format(
                                Locale.ROOT,
                                "x = torch.mul(%s, %s)",
                                String.format(Locale.ROOT, activation.expression, alpha),
                                gain),
                        clamp > 0
                                ? String.format(Locale.ROOT, "return torch.clamp(x, %s, %s)", -clamp, clamp)
                                : "return x")
                .call(pass, x, bias);
    }
}
