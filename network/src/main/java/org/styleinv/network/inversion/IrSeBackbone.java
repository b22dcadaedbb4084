package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
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
     * @param reads pixels a side of the picture that it reads: a larger one is averaged down to it, as pSp's face pool does,
     *     so that a generator may grow and its encoder stay what it is; 0: a picture of any size as it is, as published
     */
    public record Config(List<Integer> widths, List<Integer> units, int reads) {
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
            if (reads != 0 && reads < LEAST_SIDE) {
                throw new IllegalArgumentException("reads must be 0 or at least " + LEAST_SIDE + ", got " + reads);
            }
        }

        /** A backbone that reads pictures as they are. */
        public Config(List<Integer> widths, List<Integer> units) {
            this(widths, units, 0);
        }

        /** Whether weights of {@code other} fit: all but the size that it reads. */
        public boolean isShapedAs(Config other) {
            return widths.equals(other.widths) && units.equals(other.units);
        }

        /** A backbone with the published number of units. */
        public Config(List<Integer> widths) {
            this(widths, PUBLISHED_UNITS);
        }
    }

    /** Number of stages. */
    public static final int STAGES = 4;

    private static final int LEAST_SIDE = 16; // that four stages halve to a pixel

    private static final Script POOL = Script.of("x: Tensor -> Tensor", "return torch.mean(torch.to(x, 6), [2, 3])");

    private final int reads;
    private final Script shrink;
    private final IrSeBody body;
    private final FullyConnected linear;

    public IrSeBackbone(String name, Config config, int wDim) {
        super(name);
        reads = config.reads();
        shrink = Script.of(
                "x: Tensor -> Tensor",
                String.format(Locale.ROOT, "return torch.adaptive_avg_pool2d(x, [%1$d, %1$d])", reads));
        body = child(new IrSeBody(name, config));
        linear = child(new FullyConnected(path("linear"), config.widths().get(STAGES - 1), wDim));
    }

    /** {@code image [n, 3, r, r]} in [-1, 1] {@code -> [n, widths[0], r, r]}, with r at most what it reads. */
    public NDArray input(Pass pass, NDArray image) {
        boolean larger = reads > 0 && image.getShape().get(2) > reads;
        return body.input(pass, larger ? shrink.call(pass, image) : image);
    }

    /** Stage 0 to 3: {@code x [n, c, r, r] -> [n, widths[stage], r/2, r/2]}. */
    public NDArray stage(Pass pass, int stage, NDArray x) {
        return body.stage(pass, stage, x);
    }

    /** How many units there are in all. */
    public int units() {
        return body.units();
    }

    /** One unit by its index: {@code x [n, c, r, r] -> [n, width, r, r]}, r/2 for the first one of a stage. */
    public NDArray unit(Pass pass, int unit, NDArray x) {
        return body.unit(pass, unit, x);
    }

    /** Global average and linear layer: {@code x [n, widths[3], h, w] -> [n, wDim]}. */
    public NDArray head(Pass pass, NDArray x) {
        return linear.forward(pass, POOL.call(pass, x));
    }
}
