package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.styleinv.network.motion.LatentCritic;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.VideoCritic;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.stage.FrozenGenerator;

/**
 * Who teaches motion when.
 *
 * @param first of the steps below {@code firstSteps}; the published one where the run begins with that
 * @param published of all steps from there on
 */
record Curriculum(MotionTeacher first, long firstSteps, FrameTeacher published) {
    private static final int LATENT_WIDTH = 256; // of the layers of the critic of latents

    /** As published, from the first step on. */
    static Curriculum of(FrameTeacher published) {
        return new Curriculum(published, 0, published);
    }

    /** On the clips of a data set, against fresh discriminators. */
    static Curriculum of(
            FrozenGenerator frozen,
            FrozenEncoder encoder,
            StyleInV motion,
            VideoDiscriminator critic,
            FrameSampler sampler,
            MotionStage.Config config,
            VideoDataset data,
            long seed,
            Devices devices) {
        NDManager root = devices.root(0);
        DrawnMotion drawn = new DrawnMotion(
                data,
                sampler,
                motion.config().style(),
                config.batch(),
                (int) Math.round(config.batch() * config.inverted()),
                frozen.zDim(),
                config.mirror(),
                config.looped(),
                config.noise());
        VideoCritic frames = VideoCritic.ofFrames(devices, critic, critic.initialize(root, seed + 1), config.critic());
        LatentVideos videos = new LatentVideos(encoder, drawn);
        MotionInputs inputs = config.repainted() ? new RepaintedClips(drawn, videos, frozen, config.noise()) : drawn;
        FrameTeacher published = new FrameTeacher(inputs, frozen, encoder, frames);
        if (config.latent().steps() < 1) {
            return of(published);
        }
        StyleInV.Config network = motion.config();
        LatentCritic judge = new LatentCritic(new LatentCritic.Config(
                network.style().wDim(),
                FrameSampler.FRAMES,
                network.style().clipLength(),
                LATENT_WIDTH,
                videos.moved(root)));
        Critic.Config learning = new Critic.Config(
                config.batch(),
                config.critic().rate(),
                config.latent().r1Gamma(),
                config.critic().r1Interval(),
                Augmentation.Config.NONE);
        VideoCritic latents = VideoCritic.ofLatents(devices, judge, judge.initialize(root, seed + 2), learning);
        return new Curriculum(
                new LatentTeacher(drawn, videos, latents), config.latent().steps(), published);
    }

    MotionTeacher at(long step) {
        return step < firstSteps ? first : published;
    }

    /** Of all discriminators: a run goes on from any step. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>(published.critic().state());
        state.putAll(first.critic().state());
        return state;
    }
}
