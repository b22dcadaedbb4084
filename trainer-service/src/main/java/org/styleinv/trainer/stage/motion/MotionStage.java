package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.MotionObjective.Scene;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.VideoCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Share;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.stage.PhaseClock;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.Step;
import org.styleinv.trainer.state.Phase;

/**
 * Stage 3: motion. StyleInV learns, against a discriminator of sparse clips, latents that the frozen generator paints as
 * video. StyleInV (Wang et al. 2023), sections 3.3 and 3.4.
 */
public final class MotionStage implements Stage {
    /**
     * @param rate of the motion generator's optimiser
     * @param weight of the terms
     * @param critic how the discriminator learns, and the clips a step, of {@link FrameSampler#FRAMES} frames each; all
     *     frames of a clip are augmented alike
     * @param emaKimg half life of the average, thousands of frames
     * @param emaRampUp share of the frames seen that bounds the half life, 0 = none
     * @param inverted share of the first frames that are inversions of video frames instead of samples: 0 as published,
     *     more where streams will start from pictures
     * @param mirror whether clips are also shown mirrored
     * @param looped whether the first frame of a video comes after its last
     * @param repainted whether the discriminator is shown real clips as the generator paints their inversions
     * @param noise of the frozen generator
     * @param falling whether the rates fall over the last third of the run
     * @param steps of the whole run
     * @param latent the first phase
     */
    public record Config(
            double rate,
            MotionObjective.Weight weight,
            Critic.Config critic,
            double emaKimg,
            double emaRampUp,
            double inverted,
            boolean mirror,
            boolean looped,
            boolean repainted,
            Noise.Mode noise,
            boolean falling,
            long steps,
            Latent latent) {
        int batch() {
            return critic.batch();
        }

        double factor(long step) {
            return falling ? Math.max(0.05, Math.min(1, (steps - step) / (steps / 3.0))) : 1;
        }
    }

    /**
     * Before the published phase: the same losses on latents, against a critic of trajectories and not of pictures.
     *
     * @param steps of it, 0 for none
     * @param r1Gamma weight of R1 on latents
     */
    public record Latent(long steps, double r1Gamma) {
        /** As published. */
        public static final Latent NONE = new Latent(0, 0);
    }

    private final Devices devices;
    private final Config config;
    private final long seed;
    private final MotionFilm film;
    private final FrozenGenerator frozen;
    private final FrozenEncoder encoder;
    private final StyleInV motion;
    private final MotionLearner learner;
    private final Curriculum curriculum;

    /**
     * A stage that learns from the clips of a data set, against a fresh discriminator.
     *
     * @param start the motion to go on from; copied
     * @param devices that share the batch; closed with this
     */
    public MotionStage(
            FrozenGenerator frozen,
            FrozenEncoder encoder,
            Weights start,
            StyleInV motion,
            VideoDiscriminator critic,
            FrameSampler sampler,
            Config config,
            VideoDataset data,
            long seed,
            Devices devices) {
        this(
                frozen,
                encoder,
                start,
                motion,
                Curriculum.of(frozen, encoder, motion, critic, sampler, config, data, seed, devices),
                config,
                seed,
                devices);
    }

    MotionStage(
            FrozenGenerator frozen,
            FrozenEncoder encoder,
            Weights start,
            StyleInV motion,
            Curriculum curriculum,
            Config config,
            long seed,
            Devices devices) {
        this.devices = devices;
        this.frozen = frozen;
        this.encoder = encoder;
        this.motion = motion;
        this.curriculum = curriculum;
        this.config = config;
        this.seed = seed;
        film = new MotionFilm(frozen, motion, config.noise, seed);
        learner = new MotionLearner(devices, motion, start, frozen, config);
    }

    @Override
    public String name() {
        return "motion";
    }

    @Override
    public int batch() {
        return config.batch() * FrameSampler.FRAMES;
    }

    @Override
    public Step step(long step) {
        double factor = config.factor(step);
        MotionTeacher teacher = curriculum.at(step);
        VideoCritic critic = teacher.critic();
        learner.follow(); // a snapshot may have been read
        critic.follow();
        Map<String, Double> losses = new LinkedHashMap<>();
        PhaseClock clock = new PhaseClock();
        clock.time(Phase.GENERATOR, () -> learner.learn(teacher, new Draws(seed, step, 0), factor, losses));
        clock.time(Phase.DISCRIMINATOR, () -> criticPhase(teacher, new Draws(seed, step, 1), factor, losses));
        if (critic.isRegularised(step)) {
            clock.time(Phase.R1, () -> r1Phase(teacher, new Draws(seed, step, 2), factor, losses));
        }
        critic.adapt(step, losses);
        learner.average(batch(), (step + 1) * batch());
        return new Step(losses, clock.seconds());
    }

    private Clip part(int i, Pass pass, Clip clip) {
        return new Clip(devices.part(pass, clip.frames(), i), devices.part(pass, clip.ts(), i));
    }

    private void criticPhase(MotionTeacher teacher, Draws draws, double factor, Map<String, Double> losses) {
        VideoCritic critic = teacher.critic();
        try (Devices.Scopes scopes = devices.scopes()) {
            Scene scene = teacher.scene(scopes.first(), draws);
            Clip reals = teacher.real(scopes.first(), draws);
            List<Share> lessons = devices.each(i -> {
                Pass pass = Pass.training(scopes.get(i), critic.weights(i));
                Clip fake = learner.make(i, pass.silent(), teacher, scene).clip();
                return critic.lesson(i, pass, fake, part(i, pass, reals), draws);
            });
            learner.pool();
            critic.learn(lessons, factor, losses);
            teacher.tellReal(reals, losses);
        }
    }

    private void r1Phase(MotionTeacher teacher, Draws draws, double factor, Map<String, Double> losses) {
        VideoCritic critic = teacher.critic();
        try (Devices.Scopes scopes = devices.scopes()) {
            Clip reals = teacher.real(scopes.first(), draws);
            List<Share> regularisers = devices.each(i -> {
                NDManager scope = scopes.get(i);
                return critic.regulariser(i, scope, part(i, Pass.training(scope, critic.weights(i)), reals), draws);
            });
            critic.regularise(regularisers, factor, losses);
        }
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = learner.state();
        state.putAll(curriculum.state());
        return state;
    }

    @Override
    public void draw(Path file) throws IOException {
        try (NDManager scope = devices.root(0).newSubManager()) {
            film.draw(Pass.inference(scope, learner.average()), file);
        }
    }

    @Override
    public void film(Path file) throws IOException {
        try (NDManager scope = devices.root(0).newSubManager()) {
            film.film(Pass.inference(scope, learner.average()), file);
        }
    }

    @Override
    public Optional<MeasuredModel> subject() {
        return Optional.of(new MeasuredModel(
                frozen.network(), frozen.weights(), encoder.network(), encoder.weights(), motion, learner.average()));
    }

    @Override
    public void close() {
        devices.close();
    }
}
