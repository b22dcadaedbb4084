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
import org.styleinv.network.loss.Losses;
import org.styleinv.network.motion.Clips;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.optimiser.Adam;
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
     * @param reconstruction weight of frame 0 against the first frame (image MSE)
     * @param stillness weight of the distance of every latent from the first
     * @param r1Gamma weight of R1
     * @param r1Interval steps between two R1 phases
     * @param emaKimg half life of the average, thousands of frames
     * @param inverted share of the first frames that are inversions of video frames instead of samples: 0 as published,
     *     more where streams will start from pictures
     * @param augmentation of what the discriminator sees, alike for all frames of a clip
     * @param steps of the whole run; the rates fall over its last third
     */
    record Config(
            int batch,
            double rate,
            double criticRate,
            double reconstruction,
            double stillness,
            double r1Gamma,
            int r1Interval,
            double emaKimg,
            double inverted,
            Augmentation.Config augmentation,
            long steps) {}

    private static final int T = FrameSampler.FRAMES;
    private static final double STILL = 1e-10; // squared error of two equal frames, whose PSNR would be infinite

    private static final Script TOTAL = Script.of(
            "adversarial: Tensor, reconstruction: Tensor, stillness: Tensor, a: Tensor, b: Tensor -> Tensor",
            "return torch.add(adversarial, torch.add(torch.mul(reconstruction, a), torch.mul(stillness, b)))");
    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");
    private static final Script ADD = Script.of("a: Tensor, b: Tensor -> Tensor", "return torch.add(a, b)");

    private final NDManager root = NDManager.newBaseManager("PyTorch");
    private final Config config;
    private final long seed;
    private final VideoDataset data;
    private final FrameSampler sampler;
    private final FrozenGenerator frozen;
    private final FrozenEncoder encoder;
    private final StyleInV motion;
    private final VideoDiscriminator critic;
    private final Weights m;
    private final Weights d;
    private final Ema ema;
    private final List<NDArray> mParameters;
    private final List<NDArray> dParameters;
    private final Adam motionAdam;
    private final Adam criticAdam;
    private final Augmentation augmentation;

    /** @param start the motion to go on from; copied */
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
        this.frozen = frozen;
        this.encoder = encoder;
        this.motion = motion;
        this.critic = critic;
        this.sampler = sampler;
        this.config = config;
        this.data = data;
        this.seed = seed;
        m = start.copy(root);
        d = critic.initialize(root, seed + 1);
        ema = new Ema(root, motion, m, config.emaKimg, 0.05);
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
        double factor = Math.max(0.05, Math.min(1, (config.steps - step) / (config.steps / 3.0)));
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

    /** What the motion generator makes of fresh identities, motions and times. */
    private record Made(NDArray w0, NDArray x0, NDArray wt, NDArray frames, NDArray clips, NDArray ts) {}

    private Made make(Pass pass, Draws draws) {
        Pass still = pass.silent().with(Statistics.STORED);
        NDArray w0 = firstLatents(still, draws);
        NDArray x0 = frozen.paint(still, w0);
        float[] ts = new float[config.batch * T];
        for (int i = 0; i < config.batch; i++) {
            System.arraycopy(sampler.timestamps(sampler.generated(draws::uniform)), 0, ts, i * T, T);
        }
        NDArray times = pass.scope().create(ts, new Shape(config.batch, T));
        int anchors = motion.config().style().anchors(sampler.clipLength() - 1);
        NDArray z = draws.normal(
                pass.scope(), config.batch, anchors, motion.config().style().zDim());
        NDArray wt = motion.forward(pass.with(Statistics.BATCH), x0, w0, z, times); // [t*n, wDim]
        NDArray frames = frozen.paint(pass, wt);
        return new Made(w0, x0, wt, frames, Clips.withFirstFrame(pass, frames, x0), times);
    }

    /** {@code [n, wDim]}: of inversions, then of samples. */
    private NDArray firstLatents(Pass still, Draws draws) {
        int inverted = (int) Math.round(config.batch * config.inverted);
        NDArray samples = frozen.map(still, draws.normal(still.scope(), config.batch - inverted, frozen.zDim()));
        if (inverted == 0) {
            return samples;
        }
        NDArray frames = draws.frames(still.scope(), data, inverted, true);
        return CONCAT.call(still, encoder.invert(still, frames), samples);
    }

    private NDArray judge(Pass pass, NDArray clips, NDArray ts, Draws draws, Shown shown) {
        NDArray seen = augmentation.apply(pass, clips, draws.each(shown, config.batch));
        return critic.forward(pass.with(d), seen, ts);
    }

    private void motionPhase(Draws draws, double factor, Map<String, Double> losses) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, m);
            Made made = make(pass, draws);
            NDArray adversarial = Losses.saysReal(pass, judge(pass, made.clips, made.ts, draws, Shown.FAKE));
            NDArray reconstruction = Losses.reconstruction(pass, made.frames, made.x0);
            NDArray stillness = Losses.distance(pass, made.wt, made.w0);
            NDArray loss = TOTAL.call(
                    pass,
                    adversarial,
                    reconstruction,
                    stillness,
                    scope.create((float) config.reconstruction),
                    scope.create((float) config.stillness));
            motionAdam.step(Autograd.gradients(pass, loss, mParameters), 1, factor);
            losses.put("loss_si", (double) adversarial.getFloat());
            losses.put("psnr_0", 10 * Math.log10(4 / Math.max(reconstruction.getFloat(), STILL)));
            losses.put("distance", (double) stillness.getFloat());
        }
    }

    private void criticPhase(Draws draws, double factor, Map<String, Double> losses) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, d);
            Made made = make(pass.with(m).silent(), draws);
            Real real = reals(scope, draws);
            NDArray fakeLogits = judge(pass, made.clips, made.ts, draws, Shown.FAKE);
            NDArray realLogits = judge(pass, real.clips, real.ts, draws, Shown.REAL);
            NDArray loss = ADD.call(pass, Losses.saysFake(pass, fakeLogits), Losses.saysReal(pass, realLogits));
            criticAdam.step(Autograd.gradients(pass, loss, dParameters), 1, factor);
            losses.put("loss_d", (double) loss.getFloat());
            Scores scores = Scores.of(realLogits);
            augmentation.judged(scores.signSum(), scores.count());
            scores.addTo(losses, Shown.REAL);
            Scores.of(fakeLogits).addTo(losses, Shown.FAKE);
        }
    }

    private void r1Phase(Draws draws, double factor, Map<String, Double> losses) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, d);
            Real real = reals(scope, draws);
            real.clips.setRequiresGradient(true);
            NDArray logits = judge(pass, real.clips, real.ts, draws, Shown.REAL);
            NDArray loss = Losses.r1(pass, logits, real.clips, config.r1Gamma);
            criticAdam.step(Autograd.gradients(pass, loss, dParameters), config.r1Interval, factor);
            losses.put("r1", (double) loss.getFloat());
            Scores scores = Scores.of(logits);
            augmentation.judged(scores.signSum(), scores.count());
        }
    }

    /** @param clips {@code [n, t*3, r, r]} */
    private record Real(NDArray clips, NDArray ts) {}

    private Real reals(NDManager scope, Draws draws) {
        int r = data.resolution();
        int size = 3 * r * r;
        float[] values = new float[config.batch * T * size];
        float[] ts = new float[config.batch * T];
        for (int i = 0; i < config.batch; i++) {
            int clip = draws.below(data.clips());
            int start = draws.below(data.frames(clip) - sampler.clipLength() + 1);
            boolean mirror = draws.coin();
            double[] frames = sampler.real(draws::uniform);
            System.arraycopy(sampler.timestamps(frames), 0, ts, i * T, T);
            for (int f = 0; f < T; f++) {
                data.read(clip, start + (int) frames[f], mirror, values, (i * T + f) * size);
            }
        }
        return new Real(
                scope.create(values, new Shape(config.batch, T * 3L, r, r)),
                scope.create(ts, new Shape(config.batch, T)));
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
            Pictures.film(video(scope, 1, sampler.clipLength(), 1), 30, file);
        }
    }

    /** {@code [streams * frames, 3, r, r]}, stream by stream, every {@code stride}th frame of the averaged motion. */
    private NDArray video(NDManager scope, int streams, int frames, int stride) {
        Pass pass = Pass.inference(scope, ema.weights());
        Draws draws = new Draws(seed, -1, 0);
        NDArray w0 = frozen.map(pass, draws.normal(scope, streams, frozen.zDim()));
        NDArray x0 = frozen.paint(pass, w0);
        float[] ts = new float[streams * frames];
        for (int i = 0; i < ts.length; i++) {
            ts[i] = (i % frames) * (float) stride / (sampler.clipLength() - 1);
        }
        int anchors = motion.config().style().anchors(stride * frames);
        NDArray z =
                draws.normal(scope, streams, anchors, motion.config().style().zDim());
        NDArray wt = motion.forward(pass, x0, w0, z, scope.create(ts, new Shape(streams, frames)));
        NDArray byStream = wt.reshape(frames, streams, -1).transpose(1, 0, 2).reshape((long) streams * frames, -1);
        return frozen.paint(pass, byStream);
    }

    @Override
    public void close() {
        root.close();
    }
}
