package org.styleinv.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.loss.PathLength;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.state.Ema;

/** Stage 1: a StyleGAN2 generator of all frames of the videos. StyleGAN2 (Karras et al. 2020), section 3 and appendix B. */
final class GeneratorStage implements Stage {
    /**
     * @param batch images a step
     * @param rate of both optimisers
     * @param r1Gamma weight of R1
     * @param r1Interval steps between two R1 phases
     * @param styleMixing probability that a picture is made of two latents
     * @param emaKimg half life of the average, thousands of images
     * @param emaRampUp share of the images seen that bounds the half life, 0 = none
     * @param precision of the convolutions outside the regularisers
     * @param mirror whether frames are also shown mirrored
     * @param pathLength weight of path length regularisation, 0 = none
     * @param pathLengthInterval steps between two of its phases
     * @param augmentation of what the discriminator sees
     * @param balanced whether long videos count as much as short ones ({@code video-balance})
     * @param noise of the generator in training
     * @param frozen layers of the discriminator that do not learn, see {@link ImageCritic.Config}
     */
    record Config(
            int batch,
            double rate,
            double r1Gamma,
            int r1Interval,
            double styleMixing,
            double emaKimg,
            double emaRampUp,
            Precision precision,
            boolean mirror,
            double pathLength,
            int pathLengthInterval,
            Augmentation.Config augmentation,
            boolean balanced,
            Noise.Mode noise,
            int frozen) {}

    private static final Script STACK = Script.of("xs: List[Tensor] -> Tensor", "return torch.stack(xs, 1)");
    private static final Script LAYERS = Script.of("ws: Tensor -> List[Tensor]", "return torch.unbind(ws, 1)");

    private static final int SMALL = 128; // pixels a side up to which a picture of samples shows many, enlarged

    private final NDManager root = NDManager.newBaseManager("PyTorch");
    private final Config config;
    private final long seed;
    private final VideoDataset data;
    private final Generator generator;
    private final Weights g;
    private final Ema ema;
    private final Adam generatorAdam;
    private final List<NDArray> gParameters;
    private final ImageCritic critic;
    private final NDArray pathLengthMean;

    /**
     * @param start generator to go on from (transfer), copied; null for a fresh one
     * @param startCritic discriminator to go on from, copied; null for a fresh one
     */
    GeneratorStage(
            Generator.Config architecture,
            Discriminator.Config criticArchitecture,
            Config config,
            VideoDataset data,
            long seed,
            Weights start,
            Weights startCritic) {
        this.config = config;
        this.data = data;
        this.seed = seed;
        generator = new Generator(architecture);
        g = start == null ? generator.initialize(root, seed) : start.copy(root);
        ema = new Ema(root, generator, g, config.emaKimg, config.emaRampUp);
        gParameters = g.parameters(generator);
        int lazy = config.pathLength > 0 ? config.pathLengthInterval : 0;
        generatorAdam = new Adam(root, gParameters, new Adam.Config(config.rate, 0, 0.99, 1e-8, lazy));
        pathLengthMean = root.create(0f);
        Discriminator discriminator = new Discriminator(criticArchitecture);
        critic = new ImageCritic(
                root,
                discriminator,
                startCritic == null ? discriminator.initialize(root, seed + 1) : startCritic.copy(root),
                new ImageCritic.Config(config.rate, config.r1Gamma, config.r1Interval, config.frozen),
                config.augmentation);
    }

    @Override
    public String name() {
        return "generator";
    }

    @Override
    public int batch() {
        return config.batch;
    }

    @Override
    public Map<String, Double> step(long step) {
        Map<String, Double> losses = new LinkedHashMap<>();
        phase(losses, "g", () -> losses.put("loss_g", generatorPhase(new Draws(seed, step, 0))));
        if (config.pathLength > 0 && step % config.pathLengthInterval == 0) {
            phase(losses, "pl", () -> losses.put("path_length", pathLengthPhase(new Draws(seed, step, 3))));
        }
        phase(losses, "d", () -> discriminatorPhase(new Draws(seed, step, 1), losses));
        if (critic.isRegularised(step)) {
            phase(losses, "r1", () -> losses.put("r1", r1Phase(new Draws(seed, step, 2))));
        }
        critic.adapt(step, config.batch, losses);
        ema.update(config.batch, (step + 1) * config.batch);
        return losses;
    }

    private static void phase(Map<String, Double> losses, String name, Runnable phase) {
        long start = System.nanoTime();
        phase.run();
        losses.put(SECONDS + name, (System.nanoTime() - start) / 1e9);
    }

    /** On half a batch, in float32, with style mixing as in the main phase. */
    private double pathLengthPhase(Draws draws) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, g);
            int n = Math.max(1, config.batch / 2);
            List<NDArray> mixed = Latents.mixed(pass, generator, draws, n, config.styleMixing, false);
            NDArray ws = STACK.callWithList(pass, mixed).get(0); // [n, numWs, wDim]
            NDArray image =
                    generator.synthesis().forward(pass, LAYERS.call(pass, new NDList(ws)), draws.noise(config.noise));
            int r = data.resolution();
            NDArray noise = draws.normal(scope, n, 3, r, r).div(r);
            NDArray lengths = PathLength.lengths(pass, image, noise, ws);
            PathLength.Penalty penalty = PathLength.penalty(pass, lengths, pathLengthMean.getFloat());
            NDArray loss = Losses.times(pass, Losses.mean(pass, penalty.each()), config.pathLength);
            generatorAdam.step(Autograd.gradients(pass, loss, gParameters), config.pathLengthInterval);
            pathLengthMean.set(new float[] {(float) penalty.mean()});
            return loss.getFloat();
        }
    }

    private double generatorPhase(Draws draws) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = new Pass(scope, g, true, config.precision);
            NDArray fakes = fakes(pass, draws, true);
            NDArray logits = critic.judge(pass, fakes, draws.each(Draws.Shown.FAKE, config.batch));
            NDArray loss = Losses.saysReal(pass, logits);
            generatorAdam.step(Autograd.gradients(pass, loss, gParameters), 1);
            return loss.getFloat();
        }
    }

    private void discriminatorPhase(Draws draws, Map<String, Double> losses) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = new Pass(scope, g, true, config.precision);
            NDArray fake = fakes(pass.silent(), draws, false);
            critic.learn(pass, fake, reals(scope, draws), draws, 1, losses);
        }
    }

    private double r1Phase(Draws draws) {
        try (NDManager scope = root.newSubManager()) {
            return critic.regularise(scope, reals(scope, draws), draws, 1);
        }
    }

    private NDArray fakes(Pass pass, Draws draws, boolean track) {
        List<NDArray> ws = Latents.mixed(pass, generator, draws, config.batch, config.styleMixing, track);
        return generator.synthesis().forward(pass, ws, draws.noise(config.noise));
    }

    private NDArray reals(NDManager scope, Draws draws) {
        return draws.frames(scope, data, config.batch, config.mirror, config.balanced);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        g.arrays().forEach((key, array) -> state.put("g." + key, array));
        ema.weights().arrays().forEach((key, array) -> state.put("ema." + key, array));
        state.putAll(generatorAdam.state("adam.g"));
        state.putAll(critic.state());
        if (config.pathLength > 0) {
            state.put("pl.mean", pathLengthMean);
        }
        return state;
    }

    @Override
    public void draw(Path file) throws IOException {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, ema.weights());
            boolean small = data.resolution() <= SMALL;
            int columns = small ? 8 : 4;
            NDArray z = new Draws(seed, -1, 0)
                    .normal(scope, columns * columns, generator.config().zDim());
            Pictures.grid(generator.forward(pass, z, 1, Noise.CONST), columns, small ? 2 : 1, file);
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
