package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.AnchorConvolution;

/** Two convolutions over a trajectory's anchors, each with a leaky ReLU that has no gain. StyleGAN-V, section 3.1. */
final class AnchorConvolutions extends Layer {
    static final String ARGUMENTS = "weight0: Tensor, bias0: Tensor, weight1: Tensor, bias1: Tensor";

    private final String[] weight = new String[2]; // [zDim, zDim, kernel]
    private final String[] bias = new String[2]; // [zDim]
    private final Script both;
    private final Script causal;

    AnchorConvolutions(String name, TemporalStyle.Config config) {
        super(name);
        int z = config.zDim();
        for (int i = 0; i < 2; i++) {
            weight[i] = parameter(
                    "conv." + i + ".weight",
                    Initializer.normal(1 / AnchorConvolution.LR_MULTIPLIER),
                    z,
                    z,
                    config.kernel());
            bias[i] = parameter("conv." + i + ".bias", Initializer.ZEROS, z);
        }
        String signature = "z: Tensor, " + ARGUMENTS + " -> Tensor";
        String start = "x = torch.transpose(z, 1, 2)\n";
        String end = "return torch.transpose(x, 1, 2)";
        String whole = AnchorConvolution.whole(z, config.kernel());
        both = Script.of(signature, start + layer(whole, 0) + layer(whole, 1) + end);
        String pad = AnchorConvolution.pad(config.kernel());
        String half = AnchorConvolution.causal(z, config.kernel());
        causal = Script.of(signature, start + pad + layer(half, 0) + pad + layer(half, 1) + end);
    }

    /** A convolution of {@link AnchorConvolution}, numbered, and its activation. */
    static String layer(String convolution, int index) {
        return String.format(Locale.ROOT, convolution, "weight" + index, "bias" + index)
                + "x = torch.leaky_relu(x, 0.2)\n";
    }

    /** Looks both ways without padding: {@code z [n, l, zDim] -> [n, l - 2 (kernel - 1), zDim]}. */
    NDArray both(Pass pass, NDArray z) {
        return both.call(pass, append(pass, new NDList(z))).get(0);
    }

    /** Looks at an anchor and those before it: {@code z [n, l, zDim] -> [n, l, zDim]}. */
    NDArray causal(Pass pass, NDArray z) {
        return causal.call(pass, append(pass, new NDList(z))).get(0);
    }

    /** A script's arguments with this layer's values behind them. */
    NDList append(Pass pass, NDList arguments) {
        for (int i = 0; i < 2; i++) {
            arguments.add(pass.weight(weight[i]));
            arguments.add(pass.weight(bias[i]));
        }
        return arguments;
    }
}
