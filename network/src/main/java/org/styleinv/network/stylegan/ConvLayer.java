package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.Fir;

/**
 * A convolution with an equalised learning rate, optionally halving the size, bias and leaky ReLU. The bricks of the
 * discriminators. StyleGAN2 (Karras et al. 2020), figure 7 (c).
 */
public final class ConvLayer extends Layer {
    private final String weight; // [out, in, k, k]
    private final @Nullable String bias; // [out], null for a linear layer
    private final Script[] scripts = new Script[Pass.Precision.values().length];

    /**
     * @param activated bias and leaky ReLU, else neither
     * @param gain factor on the output, applied to the clamp as well
     */
    public ConvLayer(
            String name, int in, int out, int kernel, boolean down, boolean activated, double gain, double convClamp) {
        super(name);
        weight = parameter("weight", Initializer.NORMAL, out, in, kernel, kernel);
        bias = activated ? parameter("bias", Initializer.ZEROS, out) : null;
        double scale = gain * (activated ? Math.sqrt(2) : 1);
        double clamp = gain * convClamp;
        for (Pass.Precision precision : Pass.Precision.values()) {
            String type = precision.type();
            String filter =
                    !down ? "" : Fir.kernel(in, 1) + (kernel == 1 ? Fir.filter(in, 1, 2) : Fir.filter(in, 2, 1));
            int pad = down ? 0 : kernel / 2;
            int stride = down && kernel > 1 ? 2 : 1;
            String body = String.format(Locale.ROOT, """
                    x = torch.to(x, %1$s)
                    k = torch.contiguous(torch.to(torch.mul(weight, %2$s), %1$s), memory_format=2)
                    """, type, scale / Math.sqrt((double) in * kernel * kernel))
                    + filter
                    + String.format(
                            Locale.ROOT,
                            "x = torch.conv2d(x, k, %s, [%3$d, %3$d], [%2$d, %2$d], [1, 1], 1)\n",
                            activated
                                    ? String.format(Locale.ROOT, "torch.to(torch.mul(bias, %s), %s)", scale, type)
                                    : "None",
                            pad,
                            stride)
                    + (activated ? "x = torch.leaky_relu(x, 0.2)\n" : "")
                    + (clamp > 0 ? String.format(Locale.ROOT, "x = torch.clamp(x, %s, %s)\n", -clamp, clamp) : "")
                    + "return x";
            scripts[precision.ordinal()] =
                    Script.of("x: Tensor, weight: Tensor" + (activated ? ", bias: Tensor" : "") + " -> Tensor", body);
        }
    }

    /** {@code x [n, in, h, w] -> [n, out, h or h/2, w or w/2]}. */
    public NDArray forward(Pass pass, NDArray x) {
        Script script = scripts[pass.precision().ordinal()];
        return bias == null
                ? script.call(pass, x, pass.weight(weight))
                : script.call(pass, x, pass.weight(weight), pass.weight(bias));
    }
}
