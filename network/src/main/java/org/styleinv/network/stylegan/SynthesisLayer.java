package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.Fir;

/**
 * A 3x3 convolution modulated by w, optionally doubling the size, with noise, bias and leaky ReLU. StyleGAN2 (Karras et
 * al. 2020), section 2.2, executed by scaling activations instead of weights, so that samples share one convolution.
 */
final class SynthesisLayer extends Layer {
    private final FullyConnected affine;
    private final String weight; // [out, in, 3, 3]
    private final String bias; // [out]
    private final @Nullable String noiseConst; // [r, r], null without noise
    private final @Nullable String noiseStrength; // []
    private final Script[] plain = new Script[2];
    private final Script[] noisy = new Script[2];

    SynthesisLayer(String name, int in, int out, int resolution, boolean up, SynthesisNetwork.Config config) {
        super(name);
        affine = child(new FullyConnected(path("affine"), config.wDim(), in, FullyConnected.Activation.LINEAR, 1, 1));
        weight = parameter("weight", Initializer.NORMAL, out, in, 3, 3);
        bias = parameter("bias", Initializer.ZEROS, out);
        boolean noise = config.useNoise();
        noiseConst = noise ? buffer("noise_const", Initializer.NORMAL, resolution, resolution) : null;
        noiseStrength = noise ? parameter("noise_strength", Initializer.ZEROS) : null;
        for (Pass.Precision precision : Pass.Precision.values()) {
            plain[precision.ordinal()] = script(in, out, up, false, config.convClamp(), precision);
            noisy[precision.ordinal()] = script(in, out, up, true, config.convClamp(), precision);
        }
    }

    private static Script script(int in, int out, boolean up, boolean noise, double clamp, Pass.Precision precision) {
        String type = precision == Pass.Precision.BFLOAT16 ? "15" : "6";
        String convolution = up
                ? "x = torch.conv_transpose2d(x, torch.transpose(k, 0, 1), None, [2, 2], [0, 0], [0, 0], 1, [1, 1])\n"
                        + Fir.kernel(out, 4)
                        + Fir.filter(out, 1, 1)
                : "x = torch.conv2d(x, k, None, [1, 1], [1, 1], [1, 1], 1)\n";
        // The gain sqrt(2) of the activation is moved in front of it: leaky ReLU is homogeneous.
        String body = String.format(Locale.ROOT, """
                d = torch.rsqrt(torch.add(torch.matmul(torch.mul(s, s), torch.t(torch.sum(torch.mul(weight, weight), [2, 3]))), 1e-8))
                d = torch.to(torch.reshape(torch.mul(d, %1$s), [-1, %2$d, 1, 1]), %4$s)
                x = torch.mul(torch.to(x, %4$s), torch.to(torch.reshape(s, [-1, %3$d, 1, 1]), %4$s))
                k = torch.contiguous(torch.to(weight, %4$s), memory_format=2)
                """, Math.sqrt(2), out, in, type)
                + convolution
                + String.format(
                        Locale.ROOT, "b = torch.reshape(torch.mul(bias, %s), [1, %d, 1, 1])\n", Math.sqrt(2), out)
                + (noise
                        ? String.format(
                                Locale.ROOT,
                                "b = torch.add(b, torch.mul(torch.mul(noise, strength), %s))\n",
                                Math.sqrt(2))
                        : "")
                + String.format(Locale.ROOT, "x = torch.leaky_relu(torch.addcmul(torch.to(b, %s), x, d), 0.2)\n", type)
                + (clamp > 0 ? String.format(Locale.ROOT, "x = torch.clamp(x, %s, %s)\n", -clamp, clamp) : "")
                + "return x";
        return Script.of(
                "x: Tensor, s: Tensor, weight: Tensor, bias: Tensor"
                        + (noise ? ", noise: Tensor, strength: Tensor" : "") + " -> Tensor",
                body);
    }

    /**
     * {@code x [n, in, h, w], w [n, wDim] -> [n, out, h or 2h, w or 2w]}.
     *
     * @param source of the noise that is added
     */
    NDArray forward(Pass pass, NDArray x, NDArray w, Noise source) {
        NDArray s = affine.forward(pass, w); // [n, in]
        int p = pass.precision().ordinal();
        if (noiseConst == null || noiseStrength == null || source.mode() == Noise.Mode.NONE) {
            return plain[p].call(pass, x, s, pass.weight(weight), pass.weight(bias));
        }
        NDArray values = source.mode() == Noise.Mode.CONST
                ? pass.weight(noiseConst)
                : source.random(
                        pass,
                        name,
                        s.getShape().get(0),
                        pass.weight(noiseConst).getShape().get(0));
        return noisy[p].call(pass, x, s, pass.weight(weight), pass.weight(bias), values, pass.weight(noiseStrength));
    }
}
