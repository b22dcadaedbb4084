package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;

/**
 * A residual unit with squeeze and excitation: norm, convolution, PReLU, convolution, norm, channel attention, plus a
 * shortcut. ArcFace (Deng et al. 2019), section 3.1; Squeeze-and-Excitation Networks (Hu et al. 2018).
 */
final class Bottleneck extends Layer {
    /** Number of (precision, statistics) pairs, each with a script of its own. */
    static final int VARIANTS = Precision.values().length * Statistics.values().length;

    private static final int REDUCTION = 16;

    private final BatchNorm before;
    private final String conv1; // [out, in, 3, 3]
    private final String slope; // [out]
    private final String conv2; // [out, out, 3, 3]
    private final BatchNorm after;
    private final String squeeze; // [out/16, out, 1, 1]
    private final String excite; // [out, out/16, 1, 1]
    private final @Nullable String shortcut; // [out, in, 1, 1] or null where in == out
    private final @Nullable BatchNorm shortcutNorm;
    private final Script[] scripts = new Script[VARIANTS];

    Bottleneck(String name, int in, int out, int stride) {
        super(name);
        before = child(new BatchNorm(path("res_layer.0"), in));
        conv1 = kernel("res_layer.1.weight", he(in * 9), false, out, in, 3, 3);
        slope = parameter("res_layer.2.weight", Initializer.constant(0.25f), out);
        conv2 = kernel("res_layer.3.weight", he(out * 9), false, out, out, 3, 3);
        after = child(new BatchNorm(path("res_layer.4"), out));
        squeeze = parameter("res_layer.5.fc1.weight", he(out), out / REDUCTION, out, 1, 1);
        excite = parameter("res_layer.5.fc2.weight", he(out / REDUCTION), out, out / REDUCTION, 1, 1);
        boolean same = in == out;
        shortcut = same ? null : kernel("shortcut_layer.0.weight", he(in), false, out, in, 1, 1);
        shortcutNorm = same ? null : child(new BatchNorm(path("shortcut_layer.1"), out));
        for (Precision precision : Precision.values()) {
            for (Statistics statistics : Statistics.values()) {
                scripts[variant(precision, statistics)] = script(same, stride, precision, statistics);
            }
        }
    }

    private static Script script(boolean same, int stride, Precision precision, Statistics statistics) {
        String skip = same
                ? stride == 1
                        ? "x"
                        : "torch.slice(torch.slice(x, 2, 0, 9223372036854775807, %1$d), 3, 0, 9223372036854775807, %1$d)"
                : "torch.conv2d(x, torch.to(k3, %2$s), None, [%1$d, %1$d], [0, 0], [1, 1], 1)";
        // Dilation does nothing to a 1x1 kernel, but without it libtorch chooses by the number of threads between two
        // kernels whose last bits differ (ADR 0002).
        String body = String.format(
                        Locale.ROOT,
                        """
                x = torch.to(x, %2$s)
                y = %3$s
                y = torch.conv2d(y, torch.to(k1, %2$s), None, [1, 1], [1, 1], [1, 1], 1)
                y = torch.prelu(y, torch.to(slope, %2$s))
                y = torch.conv2d(y, torch.to(k2, %2$s), None, [%1$d, %1$d], [1, 1], [1, 1], 1)
                y = %4$s
                a = torch.mean(torch.to(y, 6), [2, 3], True)
                a = torch.relu(torch.conv2d(a, squeeze, None, [1, 1], [0, 0], [2, 2], 1))
                a = torch.conv2d(a, excite, None, [1, 1], [0, 0], [2, 2], 1)
                y = torch.mul(y, torch.to(torch.sigmoid(a), %2$s))
                """,
                        stride,
                        precision.type(),
                        BatchNorm.text("x", "p", statistics),
                        BatchNorm.text("y", "q", statistics))
                + "s = " + String.format(Locale.ROOT, skip, stride, precision.type()) + "\n"
                + (same ? "" : "s = " + BatchNorm.text("s", "r", statistics) + "\n")
                + "return torch.add(y, s)";
        return Script.of(
                "x: Tensor, k1: Tensor, slope: Tensor, k2: Tensor, squeeze: Tensor, excite: Tensor, "
                        + BatchNorm.arguments("p") + ", " + BatchNorm.arguments("q")
                        + (same ? "" : ", k3: Tensor, " + BatchNorm.arguments("r"))
                        + " -> Tensor",
                body);
    }

    /** {@code x [n, in, h, w] -> [n, out, h/stride, w/stride]}. */
    NDArray forward(Pass pass, NDArray x) {
        NDList arguments = new NDList(
                x,
                pass.weight(conv1),
                pass.weight(slope),
                pass.weight(conv2),
                pass.weight(squeeze),
                pass.weight(excite));
        before.append(pass, arguments);
        after.append(pass, arguments);
        if (shortcut != null && shortcutNorm != null) {
            arguments.add(pass.weight(shortcut));
            shortcutNorm.append(pass, arguments);
        }
        return scripts[variant(pass.precision(), pass.statistics())]
                .call(pass, arguments)
                .get(0);
    }

    static int variant(Precision precision, Statistics statistics) {
        return precision.ordinal() * Statistics.values().length + statistics.ordinal();
    }

    /** Delving Deep into Rectifiers (He et al. 2015), equation 10. */
    static Initializer he(int fanIn) {
        return Initializer.normal(Math.sqrt(2.0 / fanIn));
    }
}
