package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;
import org.styleinv.network.stylegan.FullyConnected;

/**
 * The residual backbone that reads a picture: an input layer, four stages of {@link Bottleneck}s that each halve the
 * size, and a head from pooled features to w. ArcFace (Deng et al. 2019), IR-SE50; pSp (Richardson et al. 2021), section 3.
 */
public final class IrSeBackbone extends Layer {
    /**
     * @param widths feature maps of the four stages; 64, 128, 256, 512 in the published models
     * @param units bottlenecks of the four stages; 3, 4, 14, 3 in the published models
     */
    public record Config(List<Integer> widths, List<Integer> units) {
        public static final List<Integer> PUBLISHED_UNITS = List.of(3, 4, 14, 3);

        public Config {
            widths = List.copyOf(widths);
            units = List.copyOf(units);
            if (widths.size() != STAGES || widths.stream().anyMatch(width -> width < 16)) {
                throw new IllegalArgumentException("widths must be four numbers of at least 16, got " + widths);
            }
            if (units.size() != STAGES || units.stream().anyMatch(count -> count < 1)) {
                throw new IllegalArgumentException("units must be four numbers of at least 1, got " + units);
            }
        }

        /** A backbone with the published number of units. */
        public Config(List<Integer> widths) {
            this(widths, PUBLISHED_UNITS);
        }
    }

    /** Number of stages. */
    public static final int STAGES = 4;

    private static final Script POOL = Script.of("x: Tensor -> Tensor", "return torch.mean(torch.to(x, 6), [2, 3])");

    private final String stem; // [c, 3, 3, 3]
    private final BatchNorm stemNorm;
    private final String stemSlope; // [c]
    private final Script[] stemScripts = new Script[Bottleneck.VARIANTS];
    private final List<Bottleneck> units = new ArrayList<>();
    private final int[] starts = new int[STAGES + 1]; // index of each stage's first unit, and of none after the last
    private final FullyConnected linear;

    public IrSeBackbone(String name, Config config, int wDim) {
        super(name);
        int first = config.widths().get(0);
        stem = parameter("input_layer.0.weight", Bottleneck.he(3 * 9), first, 3, 3, 3);
        stemNorm = child(new BatchNorm(path("input_layer.1"), first));
        stemSlope = parameter("input_layer.2.weight", Initializer.constant(0.25f), first);
        for (Precision precision : Precision.values()) {
            for (Statistics statistics : Statistics.values()) {
                stemScripts[Bottleneck.variant(precision, statistics)] = Script.of(
                        "x: Tensor, k: Tensor, slope: Tensor, " + BatchNorm.arguments("n") + " -> Tensor",
                        """
                        x = torch.contiguous(torch.to(x, %1$s), memory_format=2)
                        x = torch.conv2d(x, torch.to(k, %1$s), None, [1, 1], [1, 1], [1, 1], 1)
                        x = %2$s
                        return torch.prelu(x, torch.to(slope, %1$s))""".formatted(Bottleneck.type(precision), BatchNorm.text("x", "n", statistics)));
            }
        }
        int in = first;
        for (int stage = 0; stage < STAGES; stage++) {
            int out = config.widths().get(stage);
            for (int i = 0; i < config.units().get(stage); i++) {
                units.add(child(new Bottleneck(path("body." + units.size()), in, out, i == 0 ? 2 : 1)));
                in = out;
            }
            starts[stage + 1] = units.size();
        }
        linear = child(new FullyConnected(path("linear"), in, wDim));
    }

    /** {@code image [n, 3, r, r]} in [-1, 1] {@code -> [n, widths[0], r, r]}. */
    public NDArray input(Pass pass, NDArray image) {
        return stemScripts[Bottleneck.variant(pass.precision(), pass.statistics())]
                .call(pass, stemNorm.append(pass, image, pass.weight(stem), pass.weight(stemSlope)))
                .get(0);
    }

    /** Stage 0 to 3: {@code x [n, c, r, r] -> [n, widths[stage], r/2, r/2]}. */
    public NDArray stage(Pass pass, int stage, NDArray x) {
        for (int unit = starts[stage]; unit < starts[stage + 1]; unit++) {
            x = unit(pass, unit, x);
        }
        return x;
    }

    /** How many units there are in all. */
    public int units() {
        return units.size();
    }

    /** One unit by its index: {@code x [n, c, r, r] -> [n, width, r, r]}, r/2 for the first one of a stage. */
    public NDArray unit(Pass pass, int unit, NDArray x) {
        return units.get(unit).forward(pass, x);
    }

    /** Global average and linear layer: {@code x [n, widths[3], h, w] -> [n, wDim]}. */
    public NDArray head(Pass pass, NDArray x) {
        return linear.forward(pass, POOL.call(pass, x));
    }
}
