package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.Fir;

/** {@code ws -> image}: blocks that double the size, each adding its colours to a skip image. StyleGAN2, figure 7 (b). */
public final class SynthesisNetwork extends Layer {
    /**
     * @param wDim width of w
     * @param resolution of the image, a power of two from 8 to 1024
     * @param channelBase feature maps times resolution: 16384 for paper256
     * @param channelMax most feature maps of a layer
     * @param useNoise whether layers have noise maps; the {@code _nn} configurations have none
     * @param convClamp bound on activations, 0 for none; 256 in the published models
     */
    public record Config(
            int wDim, int resolution, int channelBase, int channelMax, boolean useNoise, double convClamp) {
        public Config {
            if (resolution < 8 || resolution > 1024 || Integer.bitCount(resolution) != 1) {
                throw new IllegalArgumentException(
                        "resolution must be a power of two from 8 to 1024, got " + resolution);
            }
        }

        /** Feature maps at a resolution. */
        public int channels(int at) {
            return Math.min(channelBase / at, channelMax);
        }

        /** Number of ws: one for each convolution and one for the last colours. */
        public int numWs() {
            return 2 * (31 - Integer.numberOfLeadingZeros(resolution)) - 2;
        }
    }

    private record Block(@Nullable SynthesisLayer conv0, SynthesisLayer conv1, ToRgb toRgb) {}

    private static final Script START = Script.of(
            "const: Tensor, w: Tensor -> Tensor",
            "x = torch.repeat(torch.unsqueeze(const, 0), [torch.size(w, 0), 1, 1, 1])",
            "return torch.contiguous(x, memory_format=2)");
    private static final Script GROW =
            Script.of("x: Tensor, y: Tensor -> Tensor", Fir.kernel(3, 4) + Fir.upsample(3) + "return torch.add(x, y)");

    private final Config config;
    private final String constant; // [c, 4, 4]
    private final List<Block> blocks = new ArrayList<>();

    public SynthesisNetwork(String name, Config config) {
        super(name);
        this.config = config;
        constant = parameter("b4.const", Initializer.NORMAL, config.channels(4), 4, 4);
        for (int r = 4; r <= config.resolution(); r *= 2) {
            String block = path("b" + r);
            int out = config.channels(r);
            blocks.add(new Block(
                    r == 4
                            ? null
                            : child(new SynthesisLayer(block + ".conv0", config.channels(r / 2), out, r, true, config)),
                    child(new SynthesisLayer(block + ".conv1", out, out, r, false, config)),
                    child(new ToRgb(block + ".torgb", out, config))));
        }
    }

    public Config config() {
        return config;
    }

    /** One w for all layers: {@code w [n, wDim] -> image [n, 3, r, r]} in about [-1, 1]. */
    public NDArray forward(Pass pass, NDArray w, Noise noise) {
        Pass.Body body = (each, inputs) -> forward(each, Collections.nCopies(config.numWs(), inputs.get(0)), noise);
        return noise.mode() == Noise.Mode.RANDOM // whose maps are no texts'
                ? body.evaluate(pass, List.of(w))
                : pass.linked(this, noise.mode(), body, w);
    }

    /** A w for each layer: {@code numWs x [n, wDim] -> image [n, 3, r, r]} in about [-1, 1]. */
    public NDArray forward(Pass pass, List<NDArray> ws, Noise noise) {
        Step last = null;
        for (Block block : blocks) {
            Step before = last;
            last = step(pass, block, before, ws, noise);
            if (before != null) { // memory that is given back at once is there for the next block
                before.features.close();
                before.image.close();
            }
        }
        return Objects.requireNonNull(last).image;
    }

    /**
     * What a block gives.
     *
     * @param features {@code [n, c, r, r]}
     * @param image the skip image so far, {@code [n, 3, r, r]}
     */
    public record Step(int resolution, NDArray features, NDArray image) {}

    /** Every block's result, from 4 pixels up: {@code numWs x [n, wDim] -> steps}. */
    public List<Step> steps(Pass pass, List<NDArray> ws, Noise noise) {
        List<Step> steps = new ArrayList<>();
        for (Block block : blocks) {
            steps.add(step(pass, block, steps.isEmpty() ? null : steps.get(steps.size() - 1), ws, noise));
        }
        return steps;
    }

    private Step step(Pass pass, Block block, @Nullable Step before, List<NDArray> ws, Noise noise) {
        int resolution = before == null ? 4 : 2 * before.resolution;
        int i = Math.max(0, 2 * (31 - Integer.numberOfLeadingZeros(resolution)) - 5); // index of the block's first w
        NDArray x = before == null || block.conv0 == null
                ? START.call(pass, pass.weight(constant), ws.get(i)) // [n, c, 4, 4]
                : block.conv0.forward(pass, before.features, ws.get(i++), noise);
        NDArray y = block.conv1.forward(pass, x, ws.get(i++), noise);
        x.close();
        NDArray colours = block.toRgb.forward(pass, y, ws.get(i)); // shares its w with the next block's conv0
        if (before == null) {
            return new Step(resolution, y, colours);
        }
        NDArray image = GROW.call(pass, before.image, colours);
        colours.close();
        return new Step(resolution, y, image);
    }
}
