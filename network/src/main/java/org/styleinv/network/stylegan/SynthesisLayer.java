package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
    private static final Script SQUARES = Script.of(
            "weight: Tensor -> Tensor", "return torch.t(torch.sum(torch.mul(weight, weight), [2, 3]))"); // [in, out]

    /** Ways to compute the same. */
    private enum Form {
        /** What autograd can record: nothing is overwritten. */
        RECORDED,
        /** What follows the convolution is done where its result lies. */
        IN_PLACE,
        /** One picture: its styles and demodulation scale the kernel, where that is smaller than the picture. */
        ONE_PICTURE
    }

    private final FullyConnected affine;
    private final String weight; // [out, in, 3, 3]
    private final String bias; // [out]
    private final @Nullable String noiseConst; // [r, r], null without noise
    private final @Nullable String noiseStrength; // []
    private final boolean kernelIsSmaller; // than a picture
    private final Map<Form, Script[][]> scripts = new EnumMap<>(Form.class); // [precision][1 with noise]

    SynthesisLayer(String name, int in, int out, int resolution, boolean up, SynthesisNetwork.Config config) {
        super(name);
        affine = child(new FullyConnected(path("affine"), config.wDim(), in, FullyConnected.Activation.LINEAR, 1, 1));
        weight = kernel("weight", Initializer.NORMAL, up, out, in, 3, 3);
        derives(weight, SQUARES);
        bias = parameter("bias", Initializer.ZEROS, out);
        boolean noise = config.useNoise();
        noiseConst = noise ? buffer("noise_const", Initializer.NORMAL, resolution, resolution) : null;
        noiseStrength = noise ? parameter("noise_strength", Initializer.ZEROS) : null;
        kernelIsSmaller = 9 * out < resolution * resolution;
        for (Form form : Form.values()) {
            Script[][] all = new Script[Pass.Precision.values().length][2];
            for (Pass.Precision precision : Pass.Precision.values()) {
                for (int noisy = 0; noisy < 2; noisy++) {
                    all[precision.ordinal()][noisy] =
                            script(form, in, out, up, noisy == 1, config.convClamp(), precision);
                }
            }
            scripts.put(form, all);
        }
    }

    private static Script script(
            Form form, int in, int out, boolean up, boolean noise, double clamp, Pass.Precision precision) {
        String type = precision.type();
        boolean folded = form == Form.ONE_PICTURE;
        // The gain sqrt(2) of the activation is moved in front of it: leaky ReLU is homogeneous.
        String scales = format("""
                d = torch.rsqrt(torch.add(torch.matmul(torch.mul(s, s), squares), 1e-8))
                d = torch.mul(d, %1$s)
                b = torch.mul(bias, %1$s)
                """, Math.sqrt(2));
        if (precision == Pass.Precision.FLOAT16 && !folded) {
            // Float16 ends at 65504: the largest style becomes 1, and the demodulation takes it back.
            scales += """
                    m = torch.clamp_min(torch.amax(torch.abs(s), [1], True), 1e-8)
                    d = torch.mul(d, m)
                    s = torch.div(s, m)
                    """;
        }
        String modulation = folded ? format("""
                x = torch.to(x, %1$s)
                k = torch.mul(weight, torch.mul(torch.reshape(d, [%2$d, 1, 1, 1]), torch.reshape(s, [1, %3$d, 1, 1])))
                k = torch.to(k, %1$s)
                b = torch.to(b, %1$s)
                """, type, out, in) : format("""
                x = torch.mul(torch.to(x, %1$s), torch.to(torch.reshape(s, [-1, %2$d, 1, 1]), %1$s))
                k = torch.to(weight, %1$s)
                """, type, in);
        // Of constant weights the layout is as asked for already. A bias is added by the last convolution.
        String last = folded ? "b" : "None";
        String convolution = up
                ? "k = torch.contiguous(torch.transpose(k, 0, 1), memory_format=2)\n"
                        + "x = torch.conv_transpose2d(x, k, None, [2, 2], [0, 0], [0, 0], 1, [1, 1])\n"
                        + Fir.kernel(out, 4)
                        + Fir.filter(out, 1, 1, last)
                : "k = torch.contiguous(k, memory_format=2)\n"
                        + format("x = torch.conv2d(x, k, %s, [1, 1], [1, 1], [1, 1], 1)\n", last);
        String noises = format("torch.to(torch.mul(torch.mul(noise, strength), %s), %s)", Math.sqrt(2), type);
        String epilogue =
                switch (form) {
                    case RECORDED ->
                        format(
                                        """
                        b = torch.reshape(b, [1, %1$d, 1, 1])
                        %2$s
                        d = torch.to(torch.reshape(d, [-1, %1$d, 1, 1]), %3$s)
                        x = torch.leaky_relu(torch.addcmul(torch.to(b, %3$s), x, d), 0.2)
                        """,
                                        out,
                                        noise
                                                ? format(
                                                        "b = torch.add(b, torch.mul(torch.mul(noise, strength), %s))",
                                                        Math.sqrt(2))
                                                : "",
                                        type)
                                + (clamp > 0 ? format("x = torch.clamp(x, %s, %s)\n", -clamp, clamp) : "");
                    case IN_PLACE, ONE_PICTURE ->
                        (folded ? "" : format("""
                        x = torch.mul_(x, torch.to(torch.reshape(d, [-1, %1$d, 1, 1]), %2$s))
                        x = torch.add_(x, torch.to(torch.reshape(b, [1, %1$d, 1, 1]), %2$s))
                        """, out, type))
                                + (noise ? "x = torch.add_(x, " + noises + ")\n" : "")
                                + "x = torch.leaky_relu_(x, 0.2)\n"
                                + (clamp > 0 ? format("x = torch.clamp_(x, %s, %s)\n", -clamp, clamp) : "");
                };
        return Script.of(
                "x: Tensor, s: Tensor, weight: Tensor, squares: Tensor, bias: Tensor"
                        + (noise ? ", noise: Tensor, strength: Tensor" : "") + " -> Tensor",
                scales + modulation + convolution + epilogue + "return x");
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    /**
     * {@code x [n, in, h, w], w [n, wDim] -> [n, out, h or 2h, w or 2w]}.
     *
     * @param source of the noise that is added
     */
    NDArray forward(Pass pass, NDArray x, NDArray w, Noise source) {
        NDArray s = affine.forward(pass, w); // [n, in]
        NDArray squares = pass.derived(weight, SQUARES);
        long pictures = s.getShape().get(0);
        Form form =
                pass.training() ? Form.RECORDED : pictures == 1 && kernelIsSmaller ? Form.ONE_PICTURE : Form.IN_PLACE;
        Script[] choice =
                Objects.requireNonNull(scripts.get(form))[pass.precision().ordinal()];
        if (noiseConst == null || noiseStrength == null || source.mode() == Noise.Mode.NONE) {
            return choice[0].call(pass, x, s, pass.weight(weight), squares, pass.weight(bias));
        }
        NDArray values = source.mode() == Noise.Mode.CONST
                ? pass.weight(noiseConst)
                : source.random(
                        pass, name, pictures, pass.weight(noiseConst).getShape().get(0));
        return choice[1].call(
                pass, x, s, pass.weight(weight), squares, pass.weight(bias), values, pass.weight(noiseStrength));
    }
}
