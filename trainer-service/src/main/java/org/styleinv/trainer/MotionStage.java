package org.styleinv.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.MotionObjective.CriticLoss;
import org.styleinv.network.motion.MotionObjective.Judge;
import org.styleinv.network.motion.MotionObjective.Made;
import org.styleinv.network.motion.MotionObjective.MotionLoss;
import org.styleinv.network.motion.MotionObjective.Regulariser;
import org.styleinv.network.motion.MotionObjective.Scene;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.Draws.Shown;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.state.Ema;

/**
 * Stage 3: motion. StyleInV learns, against a discriminator of sparse clips, latents that the frozen generator paints as
 * video. StyleInV (Wang et al. 2023), sections 3.3 and 3.4.
 */
final class MotionStage implements Stage {
    /**
     * @param batch clips a step, of {@link FrameSampler#FRAMES} frames each
     * @param rate of the motion generator's optimiser
     * @param criticRate of the discriminator's
     * @param weight of the terms
     * @param r1Interval steps between two R1 phases
     * @param emaKimg half life of the average, thousands of frames
     * @param emaRampUp share of the frames seen that bounds the half life, 0 = none
     * @param inverted share of the first frames that are inversions of video frames instead of samples: 0 as published,
     *     more where streams will start from pictures
     * @param augmentation of what the discriminator sees, alike for all frames of a clip
     * @param mirror whether clips are also shown mirrored
     * @param noise of the frozen generator
     * @param falling whether the rates fall over the last third of the run
     * @param steps of the whole run
     */
    record Config(
            int batch,
            double rate,
            double criticRate,
            MotionObjective.Weight weight,
            int r1Interval,
            double emaKimg,
            double emaRampUp,
            double inverted,
            Augmentation.Config augmentation,
            boolean mirror,
            Noise.Mode noise,
            boolean falling,
            long steps) {
        double factor(long step) {
            return falling ? Math.max(0.05, Math.min(1, (steps - step) / (steps / 3.0))) : 1;
        }
    }

    private static final int T = FrameSampler.FRAMES;
    private static final double STILL = 1e-10; // squared error of two equal frames, whose PSNR would be infinite

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");

    private final NDManager root = NDManager.newBaseManager("PyTorch");
    private final Config config;
    private final long seed;
    private final int clipLength;
    private final MotionInputs inputs;
    private final FrozenGenerator frozen;
    private final FrozenEncoder encoder;
    private final StyleInV motion;
    private final MotionObjective objective;
    private final VideoDiscriminator critic;
    private final Weights m;
    private final Weights d;
    private final Ema ema;
    private final List<NDArray> mParameters;
    private final List<NDArray> dParameters;
    private final Adam motionAdam;
    private final Adam criticAdam;
    private final Augmentation augmentation;

    /** A stage that learns from the clips of a data set, against a fresh discriminator. */
    MotionStage(
            FrozenGenerator frozen,
            FrozenEncoder encoder,
            Weights start,
            StyleInV motion,
            VideoDiscriminator critic,
            FrameSampler sampler,
            Config config,
            VideoDataset data,
            long seed) {
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
                        config.batch,
                        (int) Math.round(config.batch * config.inverted),
                        frozen.zDim(),
                        config.mirror,
                        config.noise),
                config,
                seed);
    }

    /**
     * @param start the motion to go on from; copied
     * @param startCritic the discriminator to go on from, copied; null for a fresh one
     */
    MotionStage(
            FrozenGenerator frozen,
            FrozenEncoder encoder,
            Weights start,
            StyleInV motion,
            VideoDiscriminator critic,
            Weights startCritic,
            MotionInputs inputs,
            Config config,
            long seed) {
        this.frozen = frozen;
        this.encoder = encoder;
        this.motion = motion;
        this.critic = critic;
        this.inputs = inputs;
        this.config = config;
        this.seed = seed;
        clipLength = motion.config().style().clipLength();
        objective = new MotionObjective(motion, frozen::paint, config.weight);
        m = start.copy(root);
        d = startCritic == null ? critic.initialize(root, seed + 1) : startCritic.copy(root);
        ema = new Ema(root, motion, m, config.emaKimg, config.emaRampUp);
        mParameters = m.parameters(motion);
        dParameters = d.parameters(critic);
        motionAdam = new Adam(root, mParameters, new Adam.Config(config.rate, 0, 0.99, 1e-8, 0));
        criticAdam = new Adam(root, dParameters, new Adam.Config(config.criticRate, 0, 0.99, 1e-8, config.r1Interval));
        augmentation = new Augmentation(root, config.augmentation);
    }

    /**
     * Fresh weights on stage 2's encoder with its head zeroed, so that every video starts as a still, {@code w_t = w0}. The
     * published start keeps the encoder's head, which gives {@code w0 - wAvg} and has to be unlearned first.
     */
    static Weights still(NDManager parent, StyleInV motion, Weights encoder, long seed) {
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
        return config.batch * T;
    }

    @Override
    public Map<String, Double> step(long step) {
        double factor = config.factor(step);
        Map<String, Double> losses = new LinkedHashMap<>();
        long start = System.nanoTime();
        motionPhase(new Draws(seed, step, 0), factor, losses);
        losses.put("sec_g", (System.nanoTime() - start) / 1e9);
        start = System.nanoTime();
        criticPhase(new Draws(seed, step, 1), factor, losses);
        losses.put("sec_d", (System.nanoTime() - start) / 1e9);
        if (step % config.r1Interval == 0) {
            start = System.nanoTime();
            r1Phase(new Draws(seed, step, 2), factor, losses);
            losses.put("sec_r1", (System.nanoTime() - start) / 1e9);
        }
        augmentation.adapt(step, config.batch, losses);
        ema.update(batch(), (step + 1) * batch());
        return losses;
    }

    /** @param pass with the motion's weights */
    private Made make(Pass pass, Draws draws) {
        MotionInputs.Start start = inputs.start(pass.scope(), draws);
        Pass still = pass.silent().with(Statistics.STORED);
        NDArray w0 = frozen.map(still, start.identities());
        if (start.frames().getShape().get(0) > 0) {
            w0 = CONCAT.call(still, encoder.invert(still, start.frames()), w0);
        }
        return objective.make(pass, new Scene(w0, start.z(), start.ts(), start.firstNoise(), start.noise()));
    }

    /** The discriminator behind the augmentation. */
    private Judge judge(Draws draws, Shown shown) {
        List<Draws> each = draws.each(shown, config.batch);
        return (pass, clips, ts) -> critic.forward(pass.with(d), augmentation.apply(pass, clips, each), ts);
    }

    private void motionPhase(Draws draws, double factor, Map<String, Double> losses) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, m);
            MotionLoss loss = objective.motion(pass, make(pass, draws), judge(draws, Shown.FAKE));
            motionAdam.step(Autograd.gradients(pass, loss.total(), mParameters), 1, factor);
            losses.put("loss_si", loss.adversarial().value());
            losses.put(
                    "psnr_0", 10 * Math.log10(4 / Math.max(loss.reconstruction().value(), STILL)));
            losses.put("distance", loss.stillness().value());
        }
    }

    private void criticPhase(Draws draws, double factor, Map<String, Double> losses) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, d);
            Clip fake = make(pass.with(m).silent(), draws).clip();
            Clip real = inputs.real(scope, draws);
            CriticLoss loss = objective.critic(pass, fake, judge(draws, Shown.FAKE), real, judge(draws, Shown.REAL));
            criticAdam.step(Autograd.gradients(pass, loss.total(), dParameters), 1, factor);
            losses.put("loss_d", (double) loss.total().getFloat());
            judged(loss.realLogits()).addTo(losses, Shown.REAL);
            Scores.of(loss.fakeLogits()).addTo(losses, Shown.FAKE);
        }
    }

    private void r1Phase(Draws draws, double factor, Map<String, Double> losses) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, d);
            Regulariser r1 = objective.r1(pass, inputs.real(scope, draws), judge(draws, Shown.REAL));
            criticAdam.step(Autograd.gradients(pass, r1.penalty().mean(), dParameters), config.r1Interval, factor);
            losses.put("r1", r1.penalty().value());
            judged(r1.logits());
        }
    }

    private Scores judged(NDArray realLogits) {
        Scores scores = Scores.of(realLogits);
        augmentation.judged(scores.signSum(), scores.count());
        return scores;
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        m.arrays().forEach((key, array) -> state.put("m." + key, array));
        d.arrays().forEach((key, array) -> state.put("d." + key, array));
        ema.weights().arrays().forEach((key, array) -> state.put("ema." + key, array));
        state.putAll(motionAdam.state("adam.m"));
        state.putAll(criticAdam.state("adam.d"));
        state.putAll(augmentation.state());
        return state;
    }

    /** A row for each of eight streams: the first frame, then every eighth frame of the video. */
    @Override
    public void draw(Path file) throws IOException {
        try (NDManager scope = root.newSubManager()) {
            Pictures.grid(video(scope, 8, 16, 8), 16, 1, file);
        }
    }

    /** The first stream of {@link #draw}, every frame, first frame first. */
    @Override
    public void film(Path file) throws IOException {
        try (NDManager scope = root.newSubManager()) {
            Pictures.film(video(scope, 1, clipLength, 1), 30, file);
        }
    }

    /** {@code [streams * frames, 3, r, r]}, stream by stream, every {@code stride}th frame of the averaged motion. */
    private NDArray video(NDManager scope, int streams, int frames, int stride) {
        Pass pass = Pass.inference(scope, ema.weights());
        Draws draws = new Draws(seed, -1, 0);
        NDArray w0 = frozen.map(pass, draws.normal(scope, streams, frozen.zDim()));
        Noise noise = config.noise == Noise.Mode.NONE ? Noise.NONE : Noise.CONST;
        NDArray x0 = frozen.paint(pass, w0, noise);
        float[] ts = new float[streams * frames];
        for (int i = 0; i < ts.length; i++) {
            ts[i] = (i % frames) * (float) stride / (clipLength - 1);
        }
        int anchors = motion.config().style().anchors(stride * frames);
        NDArray z =
                draws.normal(scope, streams, anchors, motion.config().style().zDim());
        NDArray wt = motion.forward(pass, x0, w0, z, scope.create(ts, new Shape(streams, frames)));
        NDArray byStream = wt.reshape(frames, streams, -1).transpose(1, 0, 2).reshape((long) streams * frames, -1);
        return frozen.paintInParts(pass, byStream, noise);
    }

    @Override
    public void close() {
        root.close();
    }
}
