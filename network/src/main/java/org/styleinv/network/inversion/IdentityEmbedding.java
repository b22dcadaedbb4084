package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.stylegan.DiscriminatorBlock;
import org.styleinv.network.stylegan.FullyConnected;

/**
 * A small network that says who is seen, for measures where no published recogniser is at hand: residual blocks down to 4 x 4,
 * then a direction. Pictures of one person are to point the same way: A Simple Framework for Contrastive Learning of Visual
 * Representations (Chen et al. 2020), with two frames of a clip in place of two augmentations.
 */
public final class IdentityEmbedding extends Layer {
    private static final Script DIRECTION = Script.of("x: Tensor -> Tensor", """
            n = torch.sqrt(torch.add(torch.sum(torch.mul(x, x), [1], True), 1e-8))
            return torch.div(x, n)""");
    private static final Script FLATTEN = Script.of("x: Tensor -> Tensor", "return torch.flatten(x, 1)");

    /**
     * @param resolution of the pictures, a power of two from 8 on
     * @param channelBase channels times resolution
     * @param channelMax most channels
     * @param width of the embedding
     */
    public record Config(int resolution, int channelBase, int channelMax, int width) {
        public Config {
            if (resolution < 8 || Integer.bitCount(resolution) != 1 || channelBase < resolution || width < 2) {
                throw new IllegalArgumentException(
                        "an embedding wants a resolution that is a power of two from 8 on, as "
                                + "many channels and a width from 2 on, got " + resolution + ", " + channelBase + ", "
                                + width);
            }
        }

        int channels(int at) {
            return Math.min(channelBase / at, channelMax);
        }
    }

    private final List<DiscriminatorBlock> blocks = new ArrayList<>();
    private final FullyConnected out;

    public IdentityEmbedding(Config config) {
        super("");
        for (int r = config.resolution(); r > 4; r /= 2) {
            int in = config.channels(r);
            blocks.add(child(new DiscriminatorBlock(
                    "b" + r, r == config.resolution() ? 3 : 0, in, in, config.channels(r / 2), 0)));
        }
        out = child(new FullyConnected("out", config.channels(4) * 16, config.width()));
    }

    /** {@code image [n, 3, r, r]} in [-1, 1] {@code -> [n, width]}, each row of length 1. */
    public NDArray forward(Pass pass, NDArray image) {
        NDArray x = image;
        for (DiscriminatorBlock block : blocks) {
            x = block.forward(pass, x);
        }
        return DIRECTION.call(pass, out.forward(pass, FLATTEN.call(pass, x)));
    }
}
