package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.network.Autograd;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.ImageCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.state.Ema;

/**
 * Stages 1 and 2 tuned together, an addition to the method for small budgets: what limits the inversion of a small
 * generator is that no latent paints the frame, so generator and encoder learn from each other while the discriminator
 * judges both the generator's own pictures and its inversions of frames. Autoencoding beyond pixels using a learned
 * similarity metric (Larsen et al. 2016), without the prior: the mapping network is the prior, and the encoder is held
 * to it by pictures whose latent is known.
 *
 * <p>Its state serves stage 3 as a run of stage 1 (prefix {@code ema.}) and of stage 2 (prefix {@code e.}).
 */
public final class JointStage implements Stage {
    /**
     * @param batch pictures a step, half of them frames and half of them the generator's
     * @param rate of the generator's and the encoder's optimisers, falling over the last third of the run
     * @param criticRate of the discriminator's
     * @param reconstruction weight of a frame's squared error
     * @param change weight of the squared error of the difference of two frames of a video; above 0 frames come in pairs.
     *     An open and a closed eye are a small part of a picture's error, but most of that of a difference
     * @param latent weight of the latent of known pictures
     * @param r1Gamma weight of R1
     * @param r1Interval steps between two R1 phases
     * @param emaKimg half life of both averages, thousands of pictures
     * @param criticSteps steps at the start in which the discriminator learns alone, since it starts from nothing
     * @param steps of the whole run
     * @param precision of the convolutions outside R1
     * @param augmentation of what the discriminator sees
     */
    public record Config(
            int batch,
            double rate,
            double criticRate,
            double reconstruction,
            double change,
            double latent,
            double r1Gamma,
            int r1Interval,
            double emaKimg,
            long criticSteps,
            long steps,
            Precision precision,
            Augmentation.Config augmentation) {}

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");
    private static final Script DETACH = Script.of("x: Tensor -> Tensor", "return torch.detach(x)");
    private static final Script FIRST_HALF = Script.of("x: Tensor -> Tensor", "return torch.chunk(x, 2, 0)[0]");
    private static final Script SECOND_HALF = Script.of("x: Tensor -> Tensor", "return torch.chunk(x, 2, 0)[1]");
    private static final Script DIFFERENCE = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.sub(y, x)");
    private static final Script SUM = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.add(x, y)");

    private static final int GRID = 16;

    private final NDManager root = ComputeDevice.manager();
    private final Config config;
    private final long seed;
    private final VideoDataset data;
    private final Generator generator;
    private final ImageCritic critic;
    private final InversionEncoder encoder;
    private final Weights g;
    private final Weights e;
    private final Ema gAverage;
    private final Ema eAverage;
    private final List<NDArray> gParameters;
    private final List<NDArray> eParameters;
    private final Adam gAdam;
    private final Adam eAdam;

    /**
     * @param startGenerator to go on from, as {@code startEncoder}; copied
     * @param startCritic of the discriminator, by the next seed
     */
    public JointStage(
            Generator generator,
            InversionEncoder encoder,
            Weights startGenerator,
            Weights startEncoder,
            Discriminator critic,
            Beginning startCritic,
            Config config,
            VideoDataset data,
            long seed) {
        this.generator = generator;
        this.encoder = encoder;
        this.critic = new ImageCritic(
                Devices.of(root),
                critic,
                startCritic.weights(critic, root, seed + 1),
                new Critic.Config(
                        config.batch, config.criticRate, config.r1Gamma, config.r1Interval, config.augmentation),
                0);
        this.config = config;
        this.data = data;
        this.seed = seed;
        g = startGenerator.copy(root);
        e = startEncoder.copy(root);
        gAverage = new Ema(root, generator, g, config.emaKimg, 0);
        eAverage = new Ema(root, encoder, e, config.emaKimg, 0);
        gParameters = g.parameters(generator);
        eParameters = e.parameters(encoder);
        gAdam = new Adam(root, gParameters, new Adam.Config(config.rate, 0, 0.99, 1e-8, 0));
        eAdam = new Adam(root, eParameters, new Adam.Config(config.rate, 0.9, 0.99, 1e-8, 0));
    }

    @Override
    public String name() {
        return "joint";
    }

    @Override
    public int batch() {
        return config.batch;
    }

    @Override
    public Step step(long step) {
        double factor = Math.max(0.02, Math.min(1, (config.steps - step) / (config.steps / 3.0)));
        Map<String, Double> losses = new LinkedHashMap<>();
        try (NDManager scope = root.newSubManager()) {
            Draws draws = new Draws(seed, step, 0);
            NDArray fakes = generatorPhase(scope, draws, step >= config.criticSteps, factor, losses);
            NDArray frames = reals(scope, draws, config.batch);
            critic.learn(new Pass(scope, g, true, config.precision), fakes, frames, draws, factor, losses);
        }
        if (critic.isRegularised(step)) {
            try (NDManager scope = root.newSubManager()) {
                Draws draws = new Draws(seed, step, 1);
                critic.regularise(scope, reals(scope, draws, config.batch), draws, factor, losses);
            }
        }
        critic.adapt(step, losses);
        if (step >= config.criticSteps) {
            gAverage.update(config.batch, 0);
            eAverage.update(config.batch, 0);
        }
        return new Step(losses);
    }

    /** Improves generator and encoder. Returns the pictures that it made, inversions first, before the step. */
    private NDArray generatorPhase(
            NDManager scope, Draws draws, boolean learn, double factor, Map<String, Double> losses) {
        int half = config.batch / 2;
        Pass pass = new Pass(scope, g, learn, config.precision);
        NDArray frames = config.change > 0 ? draws.pairs(scope, data, half / 2, true) : reals(scope, draws, half);
        NDArray known = generator
                .mapping()
                .forward(pass, draws.normal(scope, half, generator.config().zDim()));
        generator.mapping().track(pass, known);
        NDArray samples = paint(pass, known);
        NDArray pictures = CONCAT.call(pass, frames, DETACH.call(pass, samples));
        NDArray w = encoder.forward(pass.with(e).with(learn ? Statistics.BATCH : Statistics.STORED), pictures);
        NDArray inversions = paint(pass, FIRST_HALF.call(pass, w));
        NDArray fakes = CONCAT.call(pass, inversions, samples);

        NDArray reconstruction = Losses.mse(pass, inversions, frames);
        losses.put("psnr", 10 * Math.log10(4 / reconstruction.getFloat()));
        if (learn) {
            NDArray adversarial = Losses.saysReal(pass, critic.judge(0, pass, fakes, draws, Draws.Shown.FAKE));
            NDArray latent = Losses.mse(pass, SECOND_HALF.call(pass, w), DETACH.call(pass, known));
            NDArray loss = SUM.call(pass, adversarial, Losses.times(pass, reconstruction, config.reconstruction));
            loss = SUM.call(pass, loss, Losses.times(pass, latent, config.latent));
            if (config.change > 0) {
                NDArray change = Losses.mse(pass, change(pass, inversions), change(pass, frames));
                loss = SUM.call(pass, loss, Losses.times(pass, change, config.change));
                losses.put("change_psnr", 10 * Math.log10(4 / change.getFloat()));
            }
            List<NDArray> parameters = new ArrayList<>(gParameters);
            parameters.addAll(eParameters);
            NDList gradients = Autograd.gradients(pass, loss, parameters);
            gAdam.step(gradients.subList(0, gParameters.size()), 1, factor);
            eAdam.step(gradients.subList(gParameters.size(), gradients.size()), 1, factor);
            losses.put("loss_g", (double) adversarial.getFloat());
            losses.put("latent", (double) latent.getFloat());
        }
        return DETACH.call(pass, fakes);
    }

    /** What changes from the first frame of each pair to the second, {@code [2n, 3, r, r] -> [n, 3, r, r]}. */
    private static NDArray change(Pass pass, NDArray pairs) {
        return DIFFERENCE.call(pass, FIRST_HALF.call(pass, pairs), SECOND_HALF.call(pass, pairs));
    }

    private NDArray paint(Pass pass, NDArray w) {
        return generator.synthesis().forward(pass, w, Noise.CONST);
    }

    private NDArray reals(NDManager scope, Draws draws, int count) {
        return draws.frames(scope, data, count, true);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        g.arrays().forEach((key, array) -> state.put("g." + key, array));
        state.putAll(critic.state());
        e.arrays().forEach((key, array) -> state.put("t." + key, array));
        gAverage.weights().arrays().forEach((key, array) -> state.put("ema." + key, array));
        eAverage.weights().arrays().forEach((key, array) -> state.put("e." + key, array));
        state.putAll(gAdam.state("adam.g"));
        state.putAll(eAdam.state("adam.e"));
        return state;
    }

    /** Two rows of frames, each with its inversions below, then two rows of samples. */
    @Override
    public void draw(Path file) throws IOException {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, gAverage.weights());
            Draws draws = new Draws(seed, -1, 0);
            NDArray x = reals(scope, draws, GRID);
            NDArray y = paint(pass, encoder.forward(pass.with(eAverage.weights()), x));
            NDArray z = draws.normal(scope, 2 * GRID, generator.config().zDim());
            NDArray samples = generator.forward(pass, z, 1, Noise.CONST);
            Pictures.grid(CONCAT.call(pass, CONCAT.call(pass, x, y), samples), GRID, 2, file);
        }
    }

    @Override
    public Optional<String> better() {
        return Optional.of("psnr");
    }

    @Override
    public Optional<MeasuredModel> subject() {
        return Optional.of(new MeasuredModel(generator, gAverage.weights(), encoder, eAverage.weights()));
    }

    @Override
    public void close() {
        root.close();
    }
}
