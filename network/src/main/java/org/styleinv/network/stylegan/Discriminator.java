package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;

/** The residual image discriminator of StyleGAN2 (Karras et al. 2020), section 4.1. */
public final class Discriminator extends Layer {
    /** @param mbstdGroup most samples in one group of the minibatch standard deviation */
    public record Config(int resolution, int channelBase, int channelMax, int mbstdGroup, double convClamp) {
        public int channels(int at) {
            return Math.min(channelBase / at, channelMax);
        }
    }

    private final Config config;
    private final List<DiscriminatorBlock> blocks = new ArrayList<>();
    private final DiscriminatorEpilogue epilogue;

    public Discriminator(Config config) {
        super("");
        this.config = config;
        for (int r = config.resolution(); r > 4; r /= 2) {
            int in = config.channels(r);
            blocks.add(child(new DiscriminatorBlock(
                    "b" + r, r == config.resolution() ? 3 : 0, in, in, config.channels(r / 2), config.convClamp())));
        }
        epilogue =
                child(new DiscriminatorEpilogue("b4", config.channels(4), config.mbstdGroup(), 0, config.convClamp()));
    }

    public Config config() {
        return config;
    }

    /** {@code image [n, 3, r, r]} in [-1, 1] {@code -> logits [n, 1]}; n must divide into groups. */
    public NDArray forward(Pass pass, NDArray image) {
        NDArray x = image;
        for (DiscriminatorBlock block : blocks) {
            x = block.forward(pass, x);
        }
        return epilogue.forward(pass, x, null);
    }

    /** Features after each block, from fine to coarse: the perceptual loss of the encoder where no LPIPS is given. */
    public List<NDArray> features(Pass pass, NDArray image) {
        List<NDArray> features = new ArrayList<>();
        NDArray x = image;
        for (DiscriminatorBlock block : blocks) {
            x = block.forward(pass, x);
            features.add(x);
        }
        return features;
    }
}
