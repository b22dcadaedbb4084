package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.LatentCritic;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.MotionObjective.Judge;
import org.styleinv.network.motion.MotionObjective.Made;
import org.styleinv.network.motion.MotionObjective.MotionLoss;
import org.styleinv.network.motion.MotionObjective.Scene;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.VideoCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.Draws.Shown;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Replicas;
import org.styleinv.trainer.device.Share;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.stage.PhaseClock;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.Step;
import org.styleinv.trainer.state.Ema;
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

    private static final int T = FrameSampler.FRAMES;
    private static final int LATENT_WIDTH = 256; // of the layers of the critic of latents
    private static final double STILL = 1e-10; // squared error of two equal frames, whose PSNR would be infinite

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");

    private final Devices devices;
    private final Config config;
    private final long seed;
    private final MotionFilm film;
    private final MotionInputs inputs;
    private final FrozenGenerator frozen;
    private final FrozenEncoder encoder;
    private final StyleInV motion;
    private final List<MotionObjective> objectives = new ArrayList<>(); // by device
    private final VideoCritic critic;
    private final LatentVideos latents; // null without a first phase
    private final VideoCritic latentCritic; // null without one
    private final Replicas m;
    private final Ema ema;
    private final Adam adam;

    /** A stage that learns from the clips of a data set, against a fresh discriminator. */
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
                critic,
                null,
                new DrawnMotion(
                        data,
                        sampler,
                        motion.config().style(),
                        config.batch(),
                        (int) Math.round(config.batch() * config.inverted),
                        frozen.zDim(),
                        config.mirror,
                        config.looped,
                        config.noise),
                config,
                seed,
                devices);
    }

    /**
     * @param start the motion to go on from; copied
     * @param startCritic the discriminator to go on from, copied; null for a fresh one
     * @param devices that share the batch; closed with this
     */
    public MotionStage(
            FrozenGenerator frozen,
            FrozenEncoder encoder,
            Weights start,
            StyleInV motion,
            VideoDiscriminator critic,
            Weights startCritic,
            MotionInputs inputs,
            Config config,
            long seed,
            Devices devices) {
        this.devices = devices;
        this.frozen = frozen;
        this.encoder = encoder;
        this.motion = motion;
        this.inputs = inputs;
        this.config = config;
        this.seed = seed;
        film = new MotionFilm(frozen, motion, config.noise, seed);
        for (int i = 0; i < devices.count(); i++) {
            FrozenGenerator painter = i == 0
                    ? frozen
                    : new FrozenGenerator(frozen.network(), frozen.weights().copy(devices.root(i)));
            objectives.add(new MotionObjective(motion, painter::paint, config.weight));
        }
        NDManager root = devices.root(0);
        m = new Replicas(devices, motion, start.copy(root));
        ema = new Ema(root, motion, m.weights(), config.emaKimg, config.emaRampUp);
        adam = new Adam(root, m.parameters(), new Adam.Config(config.rate, 0, 0.99, 1e-8, 0));
        this.critic = VideoCritic.ofFrames(
                devices,
                critic,
                startCritic == null ? critic.initialize(root, seed + 1) : startCritic.copy(root),
                config.critic);
        if (config.latent.steps > 0) {
            if (!(inputs instanceof DrawnMotion drawn)) {
                throw new IllegalArgumentException("a first phase on latents wants videos");
            }
            StyleInV.Config network = motion.config();
            LatentCritic judge = new LatentCritic(new LatentCritic.Config(
                    network.style().wDim(), T, network.style().clipLength(), LATENT_WIDTH));
            latents = new LatentVideos(encoder, drawn);
            latentCritic = VideoCritic.ofLatents(
                    devices,
                    judge,
                    judge.initialize(root, seed + 2),
                    new Critic.Config(
                            config.batch(),
                            config.critic.rate(),
                            config.latent.r1Gamma,
                            config.critic.r1Interval(),
                            Augmentation.Config.NONE));
        } else {
            latents = null;
            latentCritic = null;
        }
    }

    /**
     * Fresh weights on stage 2's encoder with its head zeroed, so that every video starts as a still, {@code w_t = w0}. The
     * published start keeps the encoder's head, which gives {@code w0 - wAvg} and has to be unlearned first.
     */
    public static Weights still(NDManager parent, StyleInV motion, Weights encoder, long seed) {
        Weights weights = motion.initialize(parent, seed);
        encoder.arrays().forEach((name, array) -> {
            if (weights.has(name)) {
                weights.put(name, array.toFloatArray(), array.getShape().getShape());
            }
        });
        for (String name : List.of("encoder.linear.weight", "encoder.linear.bias")) {
            NDArray head = weights.get(name);
            weights.put(
                    name,
                    new float[Math.toIntExact(head.size())],
                    head.getShape().getShape());
        }
        return weights;
    }

    @Override
    public String name() {
        return "motion";
    }

    @Override
    public int batch() {
        return config.batch() * T;
    }

    @Override
    public Step step(long step) {
        double factor = config.factor(step);
        boolean latent = step < config.latent.steps;
        VideoCritic teacher = latent ? latentCritic : critic;
        m.follow(); // a snapshot may have been read
        teacher.follow();
        Map<String, Double> losses = new LinkedHashMap<>();
        PhaseClock clock = new PhaseClock();
        clock.time(Phase.GENERATOR, () -> motionPhase(latent, new Draws(seed, step, 0), factor, losses));
        clock.time(Phase.DISCRIMINATOR, () -> criticPhase(latent, new Draws(seed, step, 1), factor, losses));
        if (teacher.isRegularised(step)) {
            clock.time(Phase.R1, () -> r1Phase(latent, new Draws(seed, step, 2), factor, losses));
        }
        teacher.adapt(step, losses);
        ema.update(batch(), (step + 1) * batch());
        return new Step(losses, clock.seconds());
    }

    /** What is to be painted, of the whole batch. */
    private Scene scene(boolean latent, NDManager scope, Draws draws) {
        MotionInputs.Start start = inputs.start(scope, draws);
        if (latent) {
            return new Scene(latents.first(scope, draws), start.z(), start.ts(), start.firstNoise(), start.noise());
        }
        Pass still = Pass.inference(scope, m.weights());
        NDArray w0 = frozen.map(still, start.identities());
        if (start.frames().getShape().get(0) > 0) {
            w0 = CONCAT.call(still, encoder.invert(still, start.frames()), w0);
        }
        return new Scene(w0, start.z(), start.ts(), start.firstNoise(), start.noise());
    }

    /** Device {@code i}'s part of a scene, painted. */
    private Made make(boolean latent, int i, Pass pass, Scene scene) {
        Scene part = new Scene(
                devices.part(pass, scene.w0(), i),
                devices.part(pass, scene.z(), i),
                devices.part(pass, scene.ts(), i),
                devices.part(scene.firstNoise(), i),
                devices.part(scene.noise(), i));
        Pass own = pass.with(m.weights(i));
        return latent
                ? objectives.get(i).makeLatents(own, part)
                : objectives.get(i).make(own, part);
    }

    private Clip real(boolean latent, NDManager scope, Draws draws) {
        return latent ? latents.real(scope, draws) : inputs.real(scope, draws);
    }

    private Clip part(int i, Pass pass, Clip clip) {
        return new Clip(devices.part(pass, clip.frames(), i), devices.part(pass, clip.ts(), i));
    }

    private void motionPhase(boolean latent, Draws draws, double factor, Map<String, Double> losses) {
        try (Devices.Scopes scopes = devices.scopes()) {
            Scene scene = scene(latent, scopes.first(), draws);
            List<Share> shares = devices.each(i -> {
                Pass pass = Pass.training(scopes.get(i), m.weights(i));
                Judge judge = (latent ? latentCritic : critic).judge(i, draws, Shown.FAKE);
                MotionLoss loss = objectives.get(i).motion(pass, make(latent, i, pass, scene), judge);
                List<NDArray> gradients = Autograd.gradients(pass, loss.total(), m.parameters(i));
                Map<String, Double> figures = new LinkedHashMap<>();
                figures.put("loss_si", loss.adversarial().value());
                figures.put("psnr_0", loss.reconstruction().value());
                figures.put("distance", loss.stillness().value());
                return new Share(gradients, figures);
            });
            m.pool();
            m.learn(adam, shares, 1, factor);
            losses.putAll(Share.mean(shares));
            double error = losses.remove("psnr_0"); // in place of the latents' own, which is no PSNR
            losses.put(latent ? "error_w0" : "psnr_0", latent ? error : 10 * Math.log10(4 / Math.max(error, STILL)));
        }
    }

    private void criticPhase(boolean latent, Draws draws, double factor, Map<String, Double> losses) {
        VideoCritic teacher = latent ? latentCritic : critic;
        try (Devices.Scopes scopes = devices.scopes()) {
            Scene scene = scene(latent, scopes.first(), draws);
            Clip reals = real(latent, scopes.first(), draws);
            List<Share> lessons = devices.each(i -> {
                Pass pass = Pass.training(scopes.get(i), teacher.weights(i));
                Clip fake = make(latent, i, pass.silent(), scene).clip();
                return teacher.lesson(i, pass, fake, part(i, pass, reals), draws);
            });
            m.pool();
            teacher.learn(lessons, factor, losses);
            if (latent) {
                losses.put(
                        "distance_real",
                        LatentVideos.distance(reals, motion.config().style().wDim()));
            }
        }
    }

    private void r1Phase(boolean latent, Draws draws, double factor, Map<String, Double> losses) {
        VideoCritic teacher = latent ? latentCritic : critic;
        try (Devices.Scopes scopes = devices.scopes()) {
            Clip reals = real(latent, scopes.first(), draws);
            List<Share> regularisers = devices.each(i -> {
                NDManager scope = scopes.get(i);
                return teacher.regulariser(i, scope, part(i, Pass.training(scope, teacher.weights(i)), reals), draws);
            });
            teacher.regularise(regularisers, factor, losses);
        }
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        m.weights().arrays().forEach((key, array) -> state.put("m." + key, array));
        ema.weights().arrays().forEach((key, array) -> state.put("ema." + key, array));
        state.putAll(adam.state("adam.m"));
        state.putAll(critic.state());
        if (latentCritic != null) {
            state.putAll(latentCritic.state());
        }
        return state;
    }

    @Override
    public void draw(Path file) throws IOException {
        try (NDManager scope = devices.root(0).newSubManager()) {
            film.draw(Pass.inference(scope, ema.weights()), file);
        }
    }

    @Override
    public void film(Path file) throws IOException {
        try (NDManager scope = devices.root(0).newSubManager()) {
            film.film(Pass.inference(scope, ema.weights()), file);
        }
    }

    @Override
    public Optional<MeasuredModel> subject() {
        return Optional.of(new MeasuredModel(
                frozen.network(), frozen.weights(), encoder.network(), encoder.weights(), motion, ema.weights()));
    }

    @Override
    public void close() {
        devices.close();
    }
}
