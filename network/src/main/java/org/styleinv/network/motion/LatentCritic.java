package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import java.util.Locale;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.stylegan.FullyConnected;
import org.styleinv.network.stylegan.FullyConnected.Activation;

/**
 * Judges a few latents of a video at once, without a picture: the first one, by what the others differ from it and from
 * each other, and when they are taken. It is not published: a first teacher of motion that needs no painting, and that sees
 * nothing but motion where {@link VideoDiscriminator} sees faces, too (docs/training.md).
 */
public final class LatentCritic extends Layer {
    /**
     * @param wDim width of w
     * @param frames of a sample, at least 2
     * @param clipLength frames of a training clip: timestamps are {@code frame / (clipLength - 1)}
     * @param width of its layers
     * @param moved how far a value of a real latent goes from that of the first, root mean square: the unit in which
     *     the critic sees differences, above 0
     */
    public record Config(int wDim, int frames, int clipLength, int width, double moved) {
        public Config {
            if (!(moved > 0)) {
                throw new IllegalArgumentException("real latents must move, got a way of " + moved);
            }
            if (wDim < 1 || frames < 2 || clipLength < 2 || width < 1) {
                throw new IllegalArgumentException(
                        "w and the layers must be at least 1 wide, and a sample and a clip have 2 frames, got " + wDim
                                + ", " + width + ", " + frames + " and " + clipLength);
            }
        }
    }

    private final Config config;
    private final Script differences;
    private final TimeCondition time;
    private final FullyConnected seen;
    private final FullyConnected joined;
    private final FullyConnected thought;
    private final FullyConnected logit;

    public LatentCritic(Config config) {
        super("");
        this.config = config;
        int others = config.frames() - 1;
        int width = config.width();
        differences = Script.of(
                "x: Tensor -> Tensor", String.format(Locale.ROOT, """
                x = torch.reshape(x, [-1, %d, %d])
                first = torch.slice(x, 1, 0, 1, 1)
                later = torch.slice(x, 1, 1, 9223372036854775807, 1)
                steps = torch.sub(later, torch.slice(x, 1, 0, -1, 1))
                all = torch.cat([torch.sub(later, first), steps], 1)
                return torch.flatten(torch.cat([first, torch.div(all, %s)], 1), 1)""", config.frames(), config.wDim(), config.moved()));
        seen = child(
                new FullyConnected("latents", config.wDim() * (1 + 2 * others), width, Activation.LEAKY_RELU, 1, 0));
        time = child(new TimeCondition(config.frames(), config.clipLength(), width));
        joined = child(new FullyConnected("joined", 2 * width, width, Activation.LEAKY_RELU, 1, 0));
        thought = child(new FullyConnected("thought", width, width, Activation.LEAKY_RELU, 1, 0));
        logit = child(new FullyConnected("logit", width, 1));
    }

    public Config config() {
        return config;
    }

    /**
     * {@code -> logits [n, 1]}.
     *
     * @param latents {@code [n, frames*wDim, ...]}, those of one sample side by side, in the order of time
     * @param ts timestamps, ascending, {@code [n, frames]}, {@code frame / (clipLength - 1)}
     */
    public NDArray forward(Pass pass, NDArray latents, NDArray ts) {
        NDArray x = seen.forward(pass, differences.call(pass, latents));
        x = joined.forward(pass, CONCAT.call(pass, x, time.forward(pass, ts)));
        return logit.forward(pass, thought.forward(pass, x));
    }

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 1)");
}
