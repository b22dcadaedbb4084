package org.styleinv.network.motion;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;
import org.styleinv.network.loss.LossTerm;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.stylegan.Noise;

/**
 * What the motion generator minimises in a step, of inputs that are already drawn: the trainer's step and the stored
 * reference numbers are both computed here. Its discriminator has an objective of its own, {@link
 * org.styleinv.network.loss.CriticObjective}. StyleInV (Wang et al. 2023), section 3.4.
 */
public final class MotionObjective {
    /**
     * @param adversarial weight of the discriminator's opinion
     * @param reconstruction weight of frame 0 against the first frame (image MSE)
     * @param stillness weight of the distance of every latent from the first
     */
    public record Weight(double adversarial, double reconstruction, double stillness) {}

    /** A frozen generator, which gradients pass. */
    @FunctionalInterface
    public interface Painter {
        /** {@code w [n, wDim] -> image [n, 3, r, r]}. */
        NDArray paint(Pass pass, NDArray w, Noise noise);
    }

    /** A discriminator and what it is shown of the clips. */
    @FunctionalInterface
    public interface Judge {
        /** {@code clips [n, t*3, r, r], ts [n, t] -> logits [n, 1]}. */
        NDArray judge(Pass pass, NDArray clips, NDArray ts);
    }

    /**
     * Who moves how, and when frames are taken.
     *
     * @param w0 {@code [n, wDim]}
     * @param z motion noise {@code [n, anchors, zDim]}
     * @param ts {@code [n, t]}, the first of them 0
     * @param firstNoise of the first frames
     * @param noise of the others
     */
    public record Scene(NDArray w0, NDArray z, NDArray ts, Noise firstNoise, Noise noise) {}

    /** Clips {@code [n, t*3, r, r]} of frames at {@code ts [n, t]}. */
    public record Clip(NDArray frames, NDArray ts) {}

    /**
     * A scene as it is painted.
     *
     * @param x0 first frames {@code [n, 3, r, r]}
     * @param wt latents, time-major {@code [t*n, wDim]}
     * @param frames of them {@code [t*n, 3, r, r]}
     * @param clip what a discriminator sees: the first frame itself, then the frames from the second time on
     */
    public record Made(NDArray w0, NDArray x0, NDArray wt, NDArray frames, Clip clip) {}

    /** Terms of the motion generator, not yet weighted, and their weighted sum. */
    public record MotionLoss(
            NDArray logits, LossTerm adversarial, LossTerm reconstruction, LossTerm stillness, NDArray total) {}

    private static final Script TOTAL = Script.of(
            "adversarial: Tensor, reconstruction: Tensor, stillness: Tensor, a: Tensor, b: Tensor, c: Tensor -> Tensor",
            "held = torch.add(torch.mul(reconstruction, b), torch.mul(stillness, c))",
            "return torch.add(torch.mul(adversarial, a), held)");

    private final StyleInV motion;
    private final Painter painter;
    private final Weight weight;

    public MotionObjective(StyleInV motion, Painter painter, Weight weight) {
        this.motion = motion;
        this.painter = painter;
        this.weight = weight;
    }

    /**
     * Paints a scene. First frames carry no gradient; batch normalisation takes the statistics of the whole {@code [t*n]}
     * batch and moves the running ones, whether the pass is recorded or not.
     *
     * @param pass with the motion's weights
     */
    public Made make(Pass pass, Scene scene) {
        NDArray x0 = painter.paint(pass.silent().with(Statistics.STORED), scene.w0, scene.firstNoise);
        NDArray wt = motion.forward(pass.with(Statistics.BATCH), x0, scene.w0, scene.z, scene.ts);
        NDArray frames = painter.paint(pass, wt, scene.noise);
        return new Made(scene.w0, x0, wt, frames, new Clip(GeneratedClips.withFirstFrame(pass, frames, x0), scene.ts));
    }

    /**
     * As {@link #make}, but painted is the first frame alone, which the motion generator sees: latents stand for frames, and
     * {@code clip} has {@code [n, t*wDim]} of them, the first latent itself first. All else, losses included, is alike.
     */
    public Made makeLatents(Pass pass, Scene scene) {
        NDArray x0 = painter.paint(pass.silent().with(Statistics.STORED), scene.w0, scene.firstNoise);
        NDArray wt = motion.forward(pass.with(Statistics.BATCH), x0, scene.w0, scene.z, scene.ts);
        Clip clip = new Clip(GeneratedClips.withFirstFrame(pass, wt, scene.w0), scene.ts);
        return new Made(scene.w0, scene.w0, wt, wt, clip);
    }

    /** What the motion generator minimises. */
    public MotionLoss motion(Pass pass, Made made, Judge judge) {
        NDArray logits = judge.judge(pass, made.clip.frames, made.clip.ts);
        LossTerm adversarial = LossTerm.of(pass, Losses.saysRealEach(pass, logits));
        LossTerm reconstruction = LossTerm.of(pass, Losses.reconstructionEach(pass, made.frames, made.x0));
        LossTerm stillness = LossTerm.of(pass, Losses.distanceEach(pass, made.wt, made.w0));
        NDArray total = TOTAL.call(
                pass,
                adversarial.mean(),
                reconstruction.mean(),
                stillness.mean(),
                pass.scope().create((float) weight.adversarial),
                pass.scope().create((float) weight.reconstruction),
                pass.scope().create((float) weight.stillness));
        return new MotionLoss(logits, adversarial, reconstruction, stillness, total);
    }
}
