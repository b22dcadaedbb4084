package org.styleinv.network.plain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.styleinv.network.stylegan.Discriminator;

/** {@code image -> logits}, in plain eager DJL: the residual discriminator of StyleGAN2 (Karras et al. 2020), figure 7 (c). */
public final class PlainDiscriminator {
    private static final float[] FIR = {1 / 8f, 3 / 8f, 3 / 8f, 1 / 8f};

    private final Discriminator.Config config;

    public PlainDiscriminator(Discriminator.Config config) {
        this.config = config;
    }

    /** {@code image [n, 3, r, r] -> logits [n, 1]}. */
    public NDArray forward(Plain plain, NDArray image) {
        NDArray x = layer(plain, "b" + config.resolution() + ".fromrgb", image, 1);
        for (int r = config.resolution(); r > 4; r /= 2) {
            String block = "b" + r;
            NDArray y = layer(plain, block + ".conv0", x, 1);
            y = bent(
                    plain,
                    block + ".conv1",
                    plain.conv(filtered(plain, y, 2, 1), kernel(plain, block + ".conv1"), null, 2, 0),
                    Math.sqrt(0.5));
            NDArray skip = plain.conv(filtered(plain, x, 1, 2), kernel(plain, block + ".skip"), null, 1, 0);
            x = plain.clamp(plain.times(skip, Math.sqrt(0.5)), config.convClamp() * Math.sqrt(0.5))
                    .add(y);
        }
        x = layer(plain, "b4.conv", withDeviation(plain, x), 1);
        x = plain.fullyConnected("b4.fc", x.reshape(x.getShape().get(0), -1), 1);
        return plain.fullyConnected("b4.out", plain.times(plain.leakyRelu(x), Math.sqrt(2)), 1);
    }

    private NDArray layer(Plain plain, String name, NDArray x, double gain) {
        NDArray kernel = kernel(plain, name);
        int pad = (int) (kernel.getShape().get(2) / 2);
        return bent(plain, name, plain.conv(x, kernel, null, 1, pad), gain);
    }

    /** Bias, leaky ReLU, gain and clamp. */
    private NDArray bent(Plain plain, String name, NDArray x, double gain) {
        NDArray y = plain.leakyRelu(x.add(plain.value(name + ".bias").reshape(1, -1, 1, 1)));
        return plain.clamp(plain.times(y, Math.sqrt(2) * gain), config.convClamp() * gain);
    }

    private static NDArray kernel(Plain plain, String name) {
        NDArray weight = plain.value(name + ".weight");
        Shape s = weight.getShape();
        return plain.times(weight, 1 / Math.sqrt(s.get(1) * s.get(2) * s.get(3)));
    }

    /** Each feature map filtered by [1, 3, 3, 1] along both axes. */
    private static NDArray filtered(Plain plain, NDArray x, int pad, int stride) {
        int channels = Math.toIntExact(x.getShape().get(1));
        NDArray row = plain.scope().create(FIR, new Shape(1, 4));
        NDArray filter = row.transpose().matMul(row).reshape(1, 1, 4, 4).tile(new long[] {channels, 1, 1, 1});
        return plain.conv(x, filter, null, stride, pad, channels);
    }

    /** Minibatch standard deviation, one map. Progressive GAN (Karras et al. 2018), section 3. */
    private NDArray withDeviation(Plain plain, NDArray x) {
        Shape s = x.getShape();
        long n = s.get(0);
        long group = Math.min(config.mbstdGroup(), n);
        NDArray y = x.reshape(group, n / group, s.get(1), s.get(2), s.get(3));
        y = y.sub(plain.times(y.sum(new int[] {0}, true), 1.0 / group));
        y = plain.times(y.mul(y).sum(new int[] {0}), 1.0 / group)
                .add(plain.constant(1e-8))
                .sqrt(); // [m, c, h, w]
        NDArray mean = plain.times(
                y.sum(new int[] {1, 2, 3}), (double) n / group / y.getShape().size()); // [m]
        NDArray map = mean.reshape(1, n / group)
                .tile(new long[] {group, 1})
                .reshape(n, 1, 1, 1)
                .broadcast(new Shape(n, 1, s.get(2), s.get(3)));
        return x.concat(map, 1);
    }
}
