package org.styleinv.network.plain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import java.util.List;
import org.styleinv.network.inversion.IrSeBackbone;

/** The inversion encoder and its modulated form, in plain eager DJL. ArcFace's IR-SE50; StyleInV (Wang et al. 2023), 3.3. */
public final class PlainEncoder {
    private static final float EPSILON = 1e-5f;

    private final List<Integer> units;
    private final int reads;

    public PlainEncoder(IrSeBackbone.Config config) {
        units = config.units();
        reads = config.reads();
    }

    /** Inversion: {@code image [n, 3, r, r] -> w0 [n, wDim]}. */
    public NDArray invert(Plain plain, NDArray image) {
        NDArray x = input(plain, image);
        for (int stage = 0; stage < IrSeBackbone.STAGES; stage++) {
            x = stage(plain, stage, x);
        }
        return head(plain, x).add(plain.value("latent_avg"));
    }

    /** What motion computes once a stream: {@code x0 [n, 3, r, r] -> [n, widths[0], r/2, r/2]}. */
    public NDArray prefix(Plain plain, NDArray x0) {
        return stage(plain, 0, input(plain, x0));
    }

    /** {@code E(x0, s)}: features of {@link #prefix} and styles, {@code [n, wDim] -> [n, wDim]}. */
    public NDArray encode(Plain plain, NDArray features, NDArray styles) {
        NDArray x = features;
        for (int stage = 0; stage < IrSeBackbone.STAGES; stage++) {
            x = modulated(plain, "encoder.adains." + stage, stage == 0 ? x : stage(plain, stage, x), styles);
        }
        return head(plain, x);
    }

    private NDArray input(Plain plain, NDArray image) {
        NDArray x = plain.conv(shrunk(image), plain.value("encoder.input_layer.0.weight"), null, 1, 1);
        return prelu(norm(plain, "encoder.input_layer.1", x), plain.value("encoder.input_layer.2.weight"));
    }

    private NDArray shrunk(NDArray image) {
        long side = image.getShape().get(2);
        if (reads == 0 || side <= reads) {
            return image;
        }
        long times = side / reads;
        return Pool.avgPool2d(image, new Shape(times, times), new Shape(times, times), new Shape(0, 0), false, true);
    }

    private NDArray stage(Plain plain, int stage, NDArray x) {
        int first = units.subList(0, stage).stream().mapToInt(Integer::intValue).sum();
        for (int i = 0; i < units.get(stage); i++) {
            x = unit(plain, "encoder.body." + (first + i), x, i == 0 ? 2 : 1);
        }
        return x;
    }

    private static NDArray unit(Plain plain, String name, NDArray x, int stride) {
        String layer = name + ".res_layer.";
        NDArray y = plain.conv(norm(plain, layer + "0", x), plain.value(layer + "1.weight"), null, 1, 1);
        y = prelu(y, plain.value(layer + "2.weight"));
        y = norm(plain, layer + "4", plain.conv(y, plain.value(layer + "3.weight"), null, stride, 1));
        NDArray a = plain.conv(plain.mean(y), plain.value(layer + "5.fc1.weight"), null, 1, 0);
        a = plain.conv(Activation.relu(a), plain.value(layer + "5.fc2.weight"), null, 1, 0);
        return y.mul(Activation.sigmoid(a)).add(shortcut(plain, name + ".shortcut_layer.", x, stride));
    }

    private static NDArray shortcut(Plain plain, String name, NDArray x, int stride) {
        if (plain.has(name + "0.weight")) {
            return norm(plain, name + "1", plain.conv(x, plain.value(name + "0.weight"), null, stride, 0));
        }
        return stride == 1 ? x : x.get(new NDIndex(":, :, ::" + stride + ", ::" + stride));
    }

    /** DJL names it, but its PyTorch engine does not have it. */
    private static NDArray prelu(NDArray x, NDArray slope) {
        NDArray positive = Activation.relu(x);
        return positive.add(x.sub(positive).mul(slope.reshape(1, -1, 1, 1)));
    }

    private static NDArray norm(Plain plain, String name, NDArray x) {
        return BatchNorm.batchNorm(
                        x,
                        plain.value(name + ".running_mean"),
                        plain.value(name + ".running_var"),
                        plain.value(name + ".weight"),
                        plain.value(name + ".bias"),
                        1,
                        0.9f,
                        EPSILON,
                        false)
                .get(0);
    }

    private static NDArray modulated(Plain plain, String name, NDArray x, NDArray styles) {
        NDArray y = x;
        for (int half = 1; half <= 2; half++) {
            NDArray style = plain.fullyConnected(name + ".norm" + half + ".fc", styles, 1); // [n, 2c]
            long c = style.getShape().get(1) / 2;
            NDArray scale = Plain.column(style.get(new NDIndex(":, :" + c)));
            NDArray shift = Plain.column(style.get(new NDIndex(":, " + c + ":")));
            NDArray centred = y.sub(plain.mean(y));
            NDArray deviation = plain.mean(centred.mul(centred))
                    .add(plain.constant(EPSILON))
                    .sqrt();
            y = plain.leakyRelu(
                    centred.div(deviation).mul(scale.add(plain.constant(1))).add(shift));
            y = plain.conv(
                    y,
                    plain.value(name + ".conv" + half + ".weight"),
                    plain.value(name + ".conv" + half + ".bias"),
                    1,
                    1);
        }
        return plain.times(x.add(y), Math.sqrt(0.5));
    }

    private static NDArray head(Plain plain, NDArray x) {
        return plain.fullyConnected(
                "encoder.linear",
                plain.mean(x).reshape(x.getShape().get(0), x.getShape().get(1)),
                1);
    }
}
