package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/** A 1x1 convolution to colours, modulated by w and not demodulated. StyleGAN2 (Karras et al. 2020), figure 7. */
final class ToRgb extends Layer {
    private final FullyConnected affine;
    private final String weight; // [3, in, 1, 1]
    private final String bias; // [3]
    private final Script[] scripts = new Script[Pass.Precision.values().length]; // by precision
    private final Script[] ofOne = new Script[Pass.Precision.values().length]; // picture, whose style scales the kernel

    ToRgb(String name, int in, SynthesisNetwork.Config config) {
        super(name);
        affine = child(new FullyConnected(path("affine"), config.wDim(), in, FullyConnected.Activation.LINEAR, 1, 1));
        weight = kernel("weight", Initializer.NORMAL, false, 3, in, 1, 1);
        bias = parameter("bias", Initializer.ZEROS, 3);
        for (Pass.Precision precision : Pass.Precision.values()) {
            String type = precision.type();
            scripts[precision.ordinal()] = script(config, String.format(Locale.ROOT, """
                    s = torch.to(torch.reshape(torch.mul(s, %1$s), [-1, %2$d, 1, 1]), %3$s)
                    x = torch.mul(torch.to(x, %3$s), s)
                    k = torch.to(weight, %3$s)
                    """, 1 / Math.sqrt(in), in, type));
            ofOne[precision.ordinal()] = script(config, String.format(Locale.ROOT, """
                    x = torch.to(x, %3$s)
                    k = torch.to(torch.mul(weight, torch.reshape(torch.mul(s, %1$s), [1, %2$d, 1, 1])), %3$s)
                    """, 1 / Math.sqrt(in), in, type));
        }
    }

    private static Script script(SynthesisNetwork.Config config, String modulation) {
        double clamp = config.convClamp();
        return Script.of(
                "x: Tensor, s: Tensor, weight: Tensor, bias: Tensor -> Tensor",
                modulation,
                // Dilation does nothing to a 1x1 kernel, but without it libtorch chooses by the number of threads
                // between two kernels whose last bits differ (ADR 0002).
                "y = torch.conv2d(x, k, None, [1, 1], [0, 0], [2, 2], 1)",
                "y = torch.add(torch.to(y, 6), torch.reshape(bias, [1, 3, 1, 1]))",
                clamp > 0 ? String.format(Locale.ROOT, "return torch.clamp(y, %s, %s)", -clamp, clamp) : "return y");
    }

    /** {@code x [n, in, h, w], w [n, wDim] -> [n, 3, h, w]} in float32. */
    NDArray forward(Pass pass, NDArray x, NDArray w) {
        NDArray s = affine.forward(pass, w); // [n, in]
        boolean one = !pass.training() && s.getShape().get(0) == 1;
        return (one ? ofOne : scripts)
                [pass.precision().ordinal()].call(pass, x, s, pass.weight(weight), pass.weight(bias));
    }
}
