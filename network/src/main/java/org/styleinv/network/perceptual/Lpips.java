package org.styleinv.network.perceptual;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * Learned perceptual distance of two pictures: differences of a classifier's features, weighted by heads that were fitted to
 * people's judgement. Names are those of the published files, torchvision's AlexNet or VGG16 and LPIPS 0.1's heads. The
 * Unreasonable Effectiveness of Deep Features as a Perceptual Metric (Zhang et al. 2018), equation 1.
 */
public final class Lpips extends Layer {
    /** Which classifier looks. */
    public enum Network {
        /** Trains the inversion encoder. */
        ALEX(
                List.of(
                        new Conv(0, 11, 4, 2, 0),
                        new Conv(3, 5, 1, 2, 3),
                        new Conv(6, 3, 1, 1, 3),
                        new Conv(8, 3, 1, 1, 0),
                        new Conv(10, 3, 1, 1, 0)),
                List.of(0, 1, 2, 3, 4),
                List.of(64, 192, 384, 256, 256)),
        /** Trains a style. */
        VGG(
                java.util.stream.IntStream.of(0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)
                        .mapToObj(place ->
                                new Conv(place, 3, 1, 1, List.of(5, 10, 17, 24).contains(place) ? 2 : 0))
                        .toList(),
                List.of(1, 3, 6, 9, 12),
                List.of(64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512));

        private final List<Conv> convs;
        private final List<Integer> taps; // convolutions whose features are compared
        private final List<Integer> widths;

        Network(List<Conv> convs, List<Integer> taps, List<Integer> widths) {
            this.convs = convs;
            this.taps = taps;
            this.widths = widths;
        }

        /** Published feature maps of each convolution. */
        public List<Integer> widths() {
            return widths;
        }

        /** Places of the convolutions among torchvision's {@code features}. */
        public List<Integer> places() {
            return convs.stream().map(Conv::place).toList();
        }
    }

    /** A convolution and ReLU, behind max pooling by two over {@code pool} pixels where that is not 0. */
    private record Conv(int place, int kernel, int stride, int pad, int pool) {}

    // Means and deviations of ImageNet's colours, in [-1, 1].
    private static final Script NORMALISE = Script.of("x: Tensor -> Tensor", """
            m = torch.to(torch.reshape(torch.tensor([-0.030, -0.088, -0.188]), [1, 3, 1, 1]), x)
            s = torch.to(torch.reshape(torch.tensor([0.458, 0.448, 0.450]), [1, 3, 1, 1]), x)
            return torch.div(torch.sub(x, m), s)""");
    // Where no feature is active the length is 0, and its root has no derivative: hence the bound.
    private static final Script DIFFER = Script.of("a: Tensor, b: Tensor, head: Tensor -> Tensor", """
            p = torch.sqrt(torch.clamp_min(torch.sum(torch.mul(a, a), [1], True), 1e-20))
            q = torch.sqrt(torch.clamp_min(torch.sum(torch.mul(b, b), [1], True), 1e-20))
            d = torch.sub(torch.div(a, torch.add(p, 1e-10)), torch.div(b, torch.add(q, 1e-10)))
            d = torch.sum(torch.mul(torch.mul(d, d), head), [1])
            return torch.mean(d, [1, 2])""");
    private static final Script ADD = Script.of("a: Tensor, b: Tensor -> Tensor", "return torch.add(a, b)");
    private static final Script MEAN = Script.of("a: Tensor -> Tensor", "return torch.mean(a)");

    private final Network network;
    private final List<String> weights = new ArrayList<>(); // [out, in, k, k]
    private final List<String> biases = new ArrayList<>(); // [out]
    private final List<String> heads = new ArrayList<>(); // [1, c, 1, 1], not negative
    private final List<Script> scripts = new ArrayList<>();

    /** The published network. */
    public Lpips(Network network) {
        this(network, network.widths());
    }

    /** @param widths feature maps of each convolution */
    public Lpips(Network network, List<Integer> widths) {
        super("");
        this.network = network;
        int in = 3;
        for (int i = 0; i < network.convs.size(); i++) {
            Conv conv = network.convs.get(i);
            int out = widths.get(i);
            String name = "features." + conv.place();
            double deviation = Math.sqrt(2.0 / (in * conv.kernel() * conv.kernel()));
            weights.add(
                    parameter(name + ".weight", Initializer.normal(deviation), out, in, conv.kernel(), conv.kernel()));
            biases.add(parameter(name + ".bias", Initializer.ZEROS, out));
            scripts.add(Script.of(
                    "x: Tensor, k: Tensor, b: Tensor -> Tensor",
                    (conv.pool() == 0
                                    ? ""
                                    : String.format(
                                            Locale.ROOT,
                                            "x = torch.max_pool2d(x, [%1$d, %1$d], [2, 2], [0, 0], [1, 1], False)\n",
                                            conv.pool()))
                            + String.format(
                                    Locale.ROOT,
                                    "return torch.relu(torch.conv2d(x, k, b, [%1$d, %1$d], [%2$d, %2$d], [1, 1], 1))",
                                    conv.stride(),
                                    conv.pad())));
            in = out;
        }
        for (int i = 0; i < network.taps.size(); i++) {
            heads.add(parameter(
                    "lin" + i + ".model.1.weight", Initializer.ONES, 1, widths.get(network.taps.get(i)), 1, 1));
        }
    }

    /** The distance of each pair: {@code x, y [n, 3, h, w]} in [-1, 1] {@code -> [n]}. */
    public NDArray each(Pass pass, NDArray x, NDArray y) {
        List<NDArray> a = features(pass, x);
        List<NDArray> b = features(pass, y);
        NDArray sum = difference(pass, a, b, 0);
        for (int i = 1; i < heads.size(); i++) {
            sum = ADD.call(pass, sum, difference(pass, a, b, i));
        }
        return sum;
    }

    private NDArray difference(Pass pass, List<NDArray> a, List<NDArray> b, int layer) {
        return DIFFER.call(pass, a.get(layer), b.get(layer), pass.weight(heads.get(layer)));
    }

    /** The mean of {@link #each}, shape []. */
    public NDArray distance(Pass pass, NDArray x, NDArray y) {
        return MEAN.call(pass, each(pass, x, y));
    }

    private List<NDArray> features(Pass pass, NDArray image) {
        List<NDArray> features = new ArrayList<>();
        NDArray x = NORMALISE.call(pass, image);
        for (int i = 0; i < scripts.size(); i++) {
            x = scripts.get(i).call(pass, x, pass.weight(weights.get(i)), pass.weight(biases.get(i)));
            if (network.taps.contains(i)) {
                features.add(x);
            }
        }
        return features;
    }
}
