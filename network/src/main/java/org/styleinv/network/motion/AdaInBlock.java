package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Script;
import org.styleinv.network.stylegan.FullyConnected;

/**
 * A residual block whose two instance normalisations take scale and shift from the temporal style: where time enters the
 * encoder. StyleInV (Wang et al. 2023), section 3.3; AdaIN (Huang and Belongie 2017).
 */
final class AdaInBlock extends Layer {
    private static final Script[] SCRIPTS = Arrays.stream(Precision.values())
            .map(precision -> script(precision.type()))
            .toArray(Script[]::new);

    private final FullyConnected style1;
    private final FullyConnected style2;
    private final String weight1; // [c, c, 3, 3]
    private final String bias1; // [c]
    private final String weight2; // [c, c, 3, 3]
    private final String bias2; // [c]

    AdaInBlock(String name, int channels, int styleDim) {
        super(name);
        Initializer he = Initializer.normal(Math.sqrt(2.0 / (channels * 9)));
        weight1 = kernel("conv1.weight", he, false, channels, channels, 3, 3);
        bias1 = parameter("conv1.bias", Initializer.ZEROS, channels);
        weight2 = kernel("conv2.weight", he, false, channels, channels, 3, 3);
        bias2 = parameter("conv2.bias", Initializer.ZEROS, channels);
        style1 = child(new FullyConnected(path("norm1.fc"), styleDim, 2 * channels));
        style2 = child(new FullyConnected(path("norm2.fc"), styleDim, 2 * channels));
    }

    // Mean and variance in two passes over centred values: exact, and faster than libtorch's var_mean.
    private static Script script(String type) {
        String half = """
                d = torch.sub(y, torch.mean(y, [2, 3], True))
                v = torch.rsqrt(torch.add(torch.mean(torch.mul(d, d), [2, 3], True), 1e-05))
                g = torch.chunk(torch.unsqueeze(torch.unsqueeze(s%1$d, 2), 3), 2, 1)
                y = torch.leaky_relu(torch.addcmul(g[1], d, torch.mul(torch.add(g[0], 1.0), v)), 0.2)
                y = torch.to(torch.conv2d(torch.to(y, %2$s), torch.to(k%1$d, %2$s), torch.to(c%1$d, %2$s), [1, 1], [1, 1], [1, 1], 1), 6)
                """;
        return Script.of(
                "x: Tensor, s1: Tensor, k1: Tensor, c1: Tensor, s2: Tensor, k2: Tensor, c2: Tensor -> Tensor",
                "x = torch.to(x, 6)",
                "y = x",
                String.format(Locale.ROOT, half, 1, type),
                String.format(Locale.ROOT, half, 2, type),
                String.format(Locale.ROOT, "return torch.mul(torch.add(x, y), %s)", Math.sqrt(0.5)));
    }

    /** {@code x [n or 1, c, h, w], s [n, styleDim] -> [n, c, h, w]}. */
    NDArray forward(Pass pass, NDArray x, NDArray s) {
        return SCRIPTS[pass.precision().ordinal()].call(
                pass,
                x,
                style1.forward(pass, s),
                pass.weight(weight1),
                pass.weight(bias1),
                style2.forward(pass, s),
                pass.weight(weight2),
                pass.weight(bias2));
    }
}
