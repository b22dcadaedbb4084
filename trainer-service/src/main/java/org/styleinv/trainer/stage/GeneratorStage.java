package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.ImageCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Replicas;
import org.styleinv.trainer.device.Share;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.state.Ema;
import org.styleinv.trainer.state.Phase;

/** Stage 1: a StyleGAN2 generator of all frames of the videos. StyleGAN2 (Karras et al. 2020), section 3 and appendix B. */
public final class GeneratorStage implements Stage {
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
     * @param frozen layers of the discriminator that do not learn, see {@link ImageCritic}
     */
    public record Config(
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

    private final Devices devices;
    private final Config config;
    private final long seed;
    private final VideoDataset data;
    private final Generator generator;
    private final Replicas g;
    private final Ema ema;
    private final Adam generatorAdam;
    private final ImageCritic critic;
    private final NDArray pathLengthMean;

    /** A stage on one device. */
    public GeneratorStage(
            Generator.Config architecture,
            Discriminator.Config criticArchitecture,
            Config config,
            VideoDataset data,
            long seed,
            Beginning start,
            Beginning startCritic) {
        this(architecture, criticArchitecture, config, data, seed, start, startCritic, Devices.one());
    }

    /**
     * @param start of the generator, by {@code seed}; another's for transfer
     * @param startCritic of the discriminator, by the next seed
     * @param devices that share the batch; closed with this
     */
    public GeneratorStage(
            Generator.Config architecture,
            Discriminator.Config criticArchitecture,
            Config config,
            VideoDataset data,
            long seed,
            Beginning start,
            Beginning startCritic,
            Devices devices) {
        this.devices = devices;
        this.config = config;
        this.data = data;
        this.seed = seed;
        generator = new Generator(architecture);
        NDManager root = devices.root(0);
        g = new Replicas(devices, generator, start.weights(generator, root, seed));
        ema = new Ema(root, generator, g.weights(), config.emaKimg, config.emaRampUp);
        int lazy = config.pathLength > 0 ? config.pathLengthInterval : 0;
        generatorAdam = new Adam(root, g.parameters(), new Adam.Config(config.rate, 0, 0.99, 1e-8, lazy));
        pathLengthMean = root.create(0f);
        Discriminator discriminator = new Discriminator(criticArchitecture);
        critic = new ImageCritic(
                devices,
                discriminator,
                startCritic.weights(discriminator, root, seed + 1),
                new Critic.Config(config.batch, config.rate, config.r1Gamma, config.r1Interval, config.augmentation),
                config.frozen);
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
    public Step step(long step) {
        g.follow(); // a snapshot may have been read
        critic.follow();
        Map<String, Double> losses = new LinkedHashMap<>();
        PhaseClock clock = new PhaseClock();
        clock.time(Phase.GENERATOR, () -> losses.put("loss_g", generatorPhase(new Draws(seed, step, 0))));
        if (config.pathLength > 0 && step % config.pathLengthInterval == 0) {
            clock.time(Phase.PATH_LENGTH, () -> losses.put("path_length", pathLengthPhase(new Draws(seed, step, 3))));
        }
        clock.time(Phase.DISCRIMINATOR, () -> discriminatorPhase(new Draws(seed, step, 1), losses));
        if (critic.isRegularised(step)) {
            clock.time(Phase.R1, () -> r1Phase(new Draws(seed, step, 2), losses));
        }
        critic.adapt(step, losses);
        ema.update(config.batch, (step + 1) * config.batch);
        return new Step(losses, clock.seconds());
    }

    /**
     * On half a batch, in float32, with style mixing as in the main phase. A device knows the lengths of its part only, so
     * the mean that they are held to moves by these; what is kept is the mean of all.
     */
    private double pathLengthPhase(Draws draws) {
        try (Devices.Scopes scopes = devices.scopes()) {
            int n = Math.max(1, config.batch / 2 / devices.count()) * devices.count();
            Latents latents = Latents.draw(scopes.first(), generator, draws, n, config.styleMixing);
            Noise painted = draws.noise(config.noise);
            int r = data.resolution();
            NDArray noise = draws.normal(scopes.first(), n, 3, r, r).div(r);
            float mean = pathLengthMean.getFloat();
            List<Share> shares = devices.each(i -> {
                Pass pass = Pass.training(scopes.get(i), g.weights(i));
                List<NDArray> mixed = latents.part(devices, pass, i).ws(pass, generator, false);
                NDArray ws = STACK.callWithList(pass, mixed).get(0); // [n, numWs, wDim]
                NDArray image = generator
                        .synthesis()
                        .forward(pass, LAYERS.call(pass, new NDList(ws)), devices.part(painted, i));
                NDArray lengths = PathLength.lengths(pass, image, devices.part(pass, noise, i), ws);
                PathLength.Penalty penalty = PathLength.penalty(pass, lengths, mean);
                NDArray loss = Losses.times(pass, Losses.mean(pass, penalty.each()), config.pathLength);
                List<NDArray> gradients = Autograd.gradients(pass, loss, g.parameters(i));
                return new Share(gradients, Map.of("path_length", (double) loss.getFloat(), "mean", penalty.mean()));
            });
            g.learn(generatorAdam, shares, config.pathLengthInterval, 1);
            Map<String, Double> figures = Share.mean(shares);
            Weights.overwrite(pathLengthMean, (float) Share.figure(figures, "mean"));
            return Share.figure(figures, "path_length");
        }
    }

    private double generatorPhase(Draws draws) {
        try (Devices.Scopes scopes = devices.scopes()) {
            Latents latents = latents(scopes.first(), draws);
            Noise noise = draws.noise(config.noise);
            List<Share> shares = devices.each(i -> {
                Pass pass = new Pass(scopes.get(i), g.weights(i), true, config.precision);
                NDArray fakes = paint(i, pass, latents, noise, true);
                NDArray logits = critic.judge(i, pass, fakes, draws, Draws.Shown.FAKE);
                NDArray loss = Losses.saysReal(pass, logits);
                List<NDArray> gradients = Autograd.gradients(pass, loss, g.parameters(i));
                return new Share(gradients, Map.of("loss_g", (double) loss.getFloat()));
            });
            g.pool();
            g.learn(generatorAdam, shares, 1, 1);
            return Share.figure(Share.mean(shares), "loss_g");
        }
    }

    private void discriminatorPhase(Draws draws, Map<String, Double> losses) {
        try (Devices.Scopes scopes = devices.scopes()) {
            Latents latents = latents(scopes.first(), draws);
            Noise noise = draws.noise(config.noise);
            NDArray reals = reals(scopes.first(), draws);
            List<Share> lessons = devices.each(i -> {
                Pass pass = new Pass(scopes.get(i), g.weights(i), true, config.precision);
                NDArray fakes = paint(i, pass.silent(), latents, noise, false);
                return critic.lesson(i, pass, fakes, devices.part(pass, reals, i), draws);
            });
            critic.learn(lessons, 1, losses);
        }
    }

    private void r1Phase(Draws draws, Map<String, Double> losses) {
        try (Devices.Scopes scopes = devices.scopes()) {
            NDArray reals = reals(scopes.first(), draws);
            List<Share> regularisers = devices.each(i -> {
                Pass pass = Pass.training(scopes.get(i), g.weights(i));
                return critic.regulariser(i, scopes.get(i), devices.part(pass, reals, i), draws);
            });
            critic.regularise(regularisers, 1, losses);
        }
    }

    private Latents latents(NDManager scope, Draws draws) {
        return Latents.draw(scope, generator, draws, config.batch, config.styleMixing);
    }

    private NDArray paint(int i, Pass pass, Latents latents, Noise noise, boolean track) {
        List<NDArray> ws = latents.part(devices, pass, i).ws(pass, generator, track);
        return generator.synthesis().forward(pass, ws, devices.part(noise, i));
    }

    private NDArray reals(NDManager scope, Draws draws) {
        return draws.frames(scope, data, config.batch, config.mirror, config.balanced);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        g.weights().arrays().forEach((key, array) -> state.put("g." + key, array));
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
        try (NDManager scope = devices.root(0).newSubManager()) {
            Pass pass = Pass.inference(scope, ema.weights());
            boolean small = data.resolution() <= SMALL;
            int columns = small ? 8 : 4;
            NDArray z = new Draws(seed, -1, 0)
                    .normal(scope, columns * columns, generator.config().zDim());
            Pictures.grid(generator.forward(pass, z, 1, Noise.CONST), columns, small ? 2 : 1, file);
        }
    }

    @Override
    public Optional<MeasuredModel> subject() {
        return Optional.of(new MeasuredModel(generator, ema.weights()));
    }

    @Override
    public void close() {
        devices.close();
    }
}
