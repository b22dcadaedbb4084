package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.stylegan.DiscriminatorBlock;
import org.styleinv.network.stylegan.DiscriminatorEpilogue;

/**
 * Judges a few frames of a video at once: fine blocks see frames one by one, coarse blocks see their features side by
 * side, and the logit is a projection on the times between the frames. StyleGAN-V (Skorokhodov et al. 2022), section 3.3.
 */
public final class VideoDiscriminator extends Layer {
    /**
     * @param resolution of a frame, a power of two above concatResolution
     * @param mbstdGroup most samples in one group of the minibatch standard deviation
     * @param convClamp bound on activations, 0 for none
     * @param frames of a sample, at least 2
     * @param clipLength frames of a training clip: timestamps are {@code frame / (clipLength - 1)}
     * @param concatResolution where frames are joined
     * @param framesDivisor by what a frame's features are divided before they are joined
     * @param firstFrameCondition whether frame 0 has a coarse branch of its own and joins the condition instead
     * @param differences whether each frame comes with its difference from frame 0, as three more colours. Published: no;
     *     but what moves is small beside what a picture shows, and drowns in it (docs/training.md)
     */
    public record Config(
            int resolution,
            int channelBase,
            int channelMax,
            int mbstdGroup,
            double convClamp,
            int frames,
            int clipLength,
            int concatResolution,
            int framesDivisor,
            boolean firstFrameCondition,
            boolean differences) {
        /** As published: frames are seen as they are. */
        public Config(
                int resolution,
                int channelBase,
                int channelMax,
                int mbstdGroup,
                double convClamp,
                int frames,
                int clipLength,
                int concatResolution,
                int framesDivisor,
                boolean firstFrameCondition) {
            this(
                    resolution,
                    channelBase,
                    channelMax,
                    mbstdGroup,
                    convClamp,
                    frames,
                    clipLength,
                    concatResolution,
                    framesDivisor,
                    firstFrameCondition,
                    false);
        }

        public Config {
            if (frames < (firstFrameCondition ? 3 : 2)) {
                throw new IllegalArgumentException(
                        "frames must be at least " + (firstFrameCondition ? 3 : 2) + ", got " + frames);
            }
            if (concatResolution < 8 || resolution <= concatResolution) {
                throw new IllegalArgumentException("concatResolution must be from 8 to below the resolution "
                        + resolution + ", got " + concatResolution);
            }
        }

        int channels(int at) {
            return Math.min(channelBase / at, channelMax);
        }
    }

    private final Config config;
    private final TimeCondition time;
    private final List<DiscriminatorBlock> frameBlocks = new ArrayList<>();
    private final List<DiscriminatorBlock> clipBlocks = new ArrayList<>();
    private final List<DiscriminatorBlock> firstFrameBlocks = new ArrayList<>();
    private final @Nullable DiscriminatorEpilogue firstFrameEpilogue;
    private final DiscriminatorEpilogue epilogue;
    private final Script split;
    private final Script join;
    private final Script first;

    public VideoDiscriminator(Config config) {
        super("");
        this.config = config;
        int concat = config.concatResolution();
        double clamp = config.convClamp();
        int skipped = config.firstFrameCondition() ? 1 : 0;
        int colours = config.differences() ? 6 : 3;
        for (int r = config.resolution(); r > concat; r /= 2) {
            int out = r == 2 * concat ? config.channels(concat) / config.framesDivisor() : config.channels(r / 2);
            frameBlocks.add(child(new DiscriminatorBlock(
                    "b" + r,
                    r == config.resolution() ? colours : 0,
                    config.channels(r),
                    config.channels(r),
                    out,
                    clamp)));
        }
        int features = config.channels(concat) / config.framesDivisor();
        for (int r = concat; r > 4; r /= 2) {
            int in = r == concat ? features * (config.frames() - skipped) : config.channels(r);
            clipBlocks.add(
                    child(new DiscriminatorBlock("b" + r, 0, in, config.channels(r), config.channels(r / 2), clamp)));
            if (config.firstFrameCondition()) {
                firstFrameBlocks.add(child(new DiscriminatorBlock(
                        "bcond" + r,
                        0,
                        r == concat ? features : config.channels(r),
                        config.channels(r),
                        config.channels(r / 2),
                        clamp)));
            }
        }
        int width = config.channels(4);
        time = child(new TimeCondition(config.frames() - skipped, config.clipLength(), width));
        firstFrameEpilogue = config.firstFrameCondition()
                ? child(new DiscriminatorEpilogue("b4cond", width, config.mbstdGroup(), width, clamp))
                : null;
        epilogue = child(new DiscriminatorEpilogue("b4", width, config.mbstdGroup(), width * (1 + skipped), clamp));
        split = Script.of(
                "x: Tensor -> Tensor",
                config.differences() ? """
                x = torch.reshape(x, [torch.size(x, 0), -1, 3, torch.size(x, 2), torch.size(x, 3)])
                x = torch.cat([x, torch.sub(x, torch.slice(x, 1, 0, 1, 1))], 2)
                return torch.flatten(x, 0, 1)""" : "return torch.reshape(x, [-1, 3, torch.size(x, 2), torch.size(x, 3)])");
        String unfold = String.format(
                Locale.ROOT,
                "x = torch.reshape(x, [-1, %d, torch.size(x, 1), torch.size(x, 2), torch.size(x, 3)])\n",
                config.frames());
        join = Script.of(
                "x: Tensor -> Tensor",
                unfold
                        + String.format(
                                Locale.ROOT,
                                "x = torch.flatten(torch.slice(x, 1, %d, 9223372036854775807, 1), 1, 2)\n",
                                skipped)
                        + "return torch.contiguous(x, memory_format=2)");
        first = Script.of(
                "x: Tensor -> Tensor", unfold + "return torch.contiguous(torch.select(x, 1, 0), memory_format=2)");
    }

    public Config config() {
        return config;
    }

    /**
     * {@code -> logits [n, 1]}; n must divide into groups.
     *
     * @param clip {@code [n, 3*frames, r, r]} in [-1, 1], the colours of a frame side by side
     * @param ts timestamps of the frames, ascending, {@code [n, frames]}, {@code frame / (clipLength - 1)}
     */
    public NDArray forward(Pass pass, NDArray clip, NDArray ts) {
        NDArray x = split.call(pass, clip); // [n*frames, 3 or 6, r, r]
        for (DiscriminatorBlock block : frameBlocks) {
            x = block.forward(pass, x);
        }
        NDArray condition = time.forward(pass, ts);
        if (firstFrameEpilogue != null) {
            NDArray y = first.call(pass, x);
            for (DiscriminatorBlock block : firstFrameBlocks) {
                y = block.forward(pass, y);
            }
            condition = CONCAT.call(pass, condition, firstFrameEpilogue.forward(pass, y, null));
        }
        x = join.call(pass, x); // [n, frames*c, h, w]
        for (DiscriminatorBlock block : clipBlocks) {
            x = block.forward(pass, x);
        }
        return epilogue.forward(pass, x, condition);
    }

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 1)");

    /** The times between frames as a condition, {@code [n, width]}. */
    public NDArray timeCondition(Pass pass, NDArray ts) {
        return time.forward(pass, ts);
    }

    /** The times between frames before they are mapped, {@code [n, (frames - 1) * (256 + 2*octaves)]}. */
    public NDArray timeEmbedding(Pass pass, NDArray ts) {
        return time.embedding(pass, ts);
    }
}
