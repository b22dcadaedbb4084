package org.styleinv.trainer.critic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.LatentCritic;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.MotionObjective.Judge;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.Draws.Shown;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Replicas;
import org.styleinv.trainer.device.Share;

/** The discriminator of clips in training, of frames or of latents. StyleInV (Wang et al. 2023), section 3.4. */
public final class VideoCritic extends Critic {
    private final Judge network;

    /** @param judge what the layer does */
    private VideoCritic(
            Devices devices, String name, Layer layer, Judge judge, Weights weights, int group, Config config) {
        super(devices, name, new Replicas(devices, layer, weights), group, config);
        network = judge;
    }

    /** @param weights on the first device, which this changes */
    public static VideoCritic ofFrames(Devices devices, VideoDiscriminator network, Weights weights, Config config) {
        return new VideoCritic(
                devices,
                "d",
                network,
                network::forward,
                weights,
                network.config().mbstdGroup(),
                config);
    }

    /**
     * A critic of clips whose frames are latents. Its R1 is that of latents in units of how far they go, so that a weight means
     * the same in every W.
     *
     * @param weights on the first device, which this changes
     */
    public static VideoCritic ofLatents(Devices devices, LatentCritic network, Weights weights, Config config) {
        double moved = network.config().moved();
        Config scaled = config.withGamma(config.r1Gamma() * moved * moved);
        return new VideoCritic(devices, "latent", network, network::forward, weights, 1, scaled);
    }

    /** Judges device {@code i}'s part of what is shown, behind the augmentation. */
    public Judge judge(int i, Draws draws, Shown shown) {
        return (pass, clips, ts) -> network.judge(pass.with(weights(i)), augmented(i, pass, clips, draws, shown), ts);
    }

    private NDArray judge(int i, Pass pass, Clip clip, Draws draws, Shown shown) {
        return judge(i, draws, shown).judge(pass, clip.frames(), clip.ts());
    }

    /** What device {@code i} learns of its parts, generated ones detached. */
    public Share lesson(int i, Pass pass, Clip fake, Clip real, Draws draws) {
        return lesson(i, pass, judge(i, pass, fake, draws, Shown.FAKE), judge(i, pass, real, draws, Shown.REAL));
    }

    /** What device {@code i} makes of R1 on its part, in float32. */
    public Share regulariser(int i, NDManager scope, Clip real, Draws draws) {
        Pass pass = exact(i, scope);
        Judge judge = judge(i, draws, Shown.REAL);
        return regulariser(i, pass, real.frames(), frames -> judge.judge(pass, frames, real.ts()));
    }
}
