package org.styleinv.trainer.stage;

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
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.ImageCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.state.Ema;

/**
 * Stage 4: the generator in another look, for the same latents. The mapping and the low resolutions stay as they are, so
 * what a latent means stays; the high resolutions learn the look from pictures of it, held to what the parent paints of
 * the same latents. StyleInV (Wang et al. 2023), section 3.5.
 *
 * <p>Likeness is LPIPS and identity where their files are at hand, and {@link Term#structure} where they are not.
 */
public final class StyleStage implements Stage {
    /**
     * @param rate of the generator's optimiser
     * @param critic how the discriminator learns, and the pictures a step
     * @param frozen layers of it that do not learn, see {@link ImageCritic}
     * @param firstTrained lowest resolution that learns ({@code finetune-g-res})
     * @param styleMixing probability that a picture is made of two latents
     * @param emaKimg half life of the average, thousands of pictures
     * @param emaRampUp share of the pictures seen that bounds the half life, 0 = none
     * @param mirror whether pictures are also shown mirrored
     * @param balanced whether long videos count as much as short ones ({@code video-balance})
     * @param noise of the generator and its parent in training
     */
    public record Config(
            double rate,
            Critic.Config critic,
            int frozen,
            int firstTrained,
            double styleMixing,
            double emaKimg,
            double emaRampUp,
            boolean mirror,
            boolean balanced,
            Noise.Mode noise) {
        int batch() {
            return critic.batch();
        }
    }

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");

    private static final int GRID = 16;

    private final NDManager root = ComputeDevice.manager();
    private final Config config;
    private final long seed;
    private final VideoDataset data;
    private final Generator generator;
    private final Weights parent;
    private final Weights g;
    private final Ema ema;
    private final List<NDArray> parameters;
    private final Adam adam;
    private final ImageCritic critic;
    private final List<Term> likeness;

    /**
     * @param parent generator to start from, copied
     * @param startCritic of the discriminator: the parent's, or a fresh one
     * @param likeness with the parent's picture
     */
    public StyleStage(
            Generator generator,
            Weights parent,
            Discriminator discriminator,
            Beginning startCritic,
            List<Term> likeness,
            Config config,
            VideoDataset data,
            long seed) {
        this.generator = generator;
        this.config = config;
        this.likeness = List.copyOf(likeness);
        this.data = data;
        this.seed = seed;
        this.parent = parent.copy(root);
        g = parent.copy(root);
        ema = new Ema(root, generator, g, config.emaKimg, config.emaRampUp);
        parameters = trained(generator, g, config.firstTrained);
        adam = new Adam(root, parameters, new Adam.Config(config.rate, 0, 0.99, 1e-8, 0));
        Weights d = startCritic.weights(discriminator, root, seed + 1);
        critic = new ImageCritic(Devices.of(root), discriminator, d, config.critic, config.frozen);
    }

    private static List<NDArray> trained(Generator generator, Weights weights, int first) {
        int resolution = generator.config().synthesis().resolution();
        if (first < 4 || first > resolution || Integer.bitCount(first) != 1) {
            throw new IllegalArgumentException(
                    "finetune-g-res must be a power of two from 4 to " + resolution + ", got " + first);
        }
        List<NDArray> parameters = new ArrayList<>();
        for (Layer.Variable variable : generator.variables()) {
            boolean high = false;
            for (int r = first; r <= resolution; r *= 2) {
                high |= variable.name().startsWith("synthesis.b" + r + ".");
            }
            if (high && variable.trainable()) {
                NDArray array = weights.get(variable.name());
                array.setRequiresGradient(true);
                parameters.add(array);
            }
        }
        return parameters;
    }

    @Override
    public String name() {
        return "style";
    }

    @Override
    public int batch() {
        return config.batch();
    }

    @Override
    public Step step(long step) {
        Map<String, Double> losses = new LinkedHashMap<>();
        generatorPhase(new Draws(seed, step, 0), losses);
        try (NDManager scope = root.newSubManager()) {
            Draws draws = new Draws(seed, step, 1);
            Pass pass = Pass.training(scope, g);
            NDArray fake = paint(pass.silent(), latents(pass.silent(), draws), draws.noise(config.noise));
            critic.learn(pass, fake, reals(scope, draws), draws, 1, losses);
        }
        if (critic.isRegularised(step)) {
            try (NDManager scope = root.newSubManager()) {
                Draws draws = new Draws(seed, step, 2);
                critic.regularise(scope, reals(scope, draws), draws, 1, losses);
            }
        }
        critic.adapt(step, losses);
        ema.update(config.batch(), (step + 1) * config.batch());
        return new Step(losses);
    }

    private void generatorPhase(Draws draws, Map<String, Double> losses) {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, g);
            List<NDArray> ws = latents(pass.silent(), draws);
            NDArray image = paint(pass, ws, draws.noise(config.noise));
            NDArray wanted = paint(pass.silent().with(parent), ws, draws.noise(config.noise));
            NDArray adversarial = Losses.saysReal(pass, critic.judge(0, pass, image, draws, Draws.Shown.FAKE));
            losses.put("loss_g", (double) adversarial.getFloat());
            NDArray loss = adversarial;
            for (Term term : likeness) {
                NDArray value = term.measure().of(pass, image, wanted);
                loss = term.addTo(pass, loss, value);
                losses.put(term.name(), (double) value.getFloat());
            }
            adam.step(Autograd.gradients(pass, loss, parameters), 1);
        }
    }

    /** The mapping is frozen, so latents need no gradient. */
    private List<NDArray> latents(Pass pass, Draws draws) {
        return Latents.mixed(pass, generator, draws, config.batch(), config.styleMixing, false);
    }

    private NDArray paint(Pass pass, List<NDArray> ws, Noise noise) {
        return generator.synthesis().forward(pass, ws, noise);
    }

    private NDArray reals(NDManager scope, Draws draws) {
        return draws.frames(scope, data, config.batch(), config.mirror, config.balanced);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        g.arrays().forEach((key, array) -> state.put("g." + key, array));
        parent.arrays().forEach((key, array) -> state.put("parent." + key, array));
        ema.weights().arrays().forEach((key, array) -> state.put("ema." + key, array));
        state.putAll(adam.state("adam.g"));
        state.putAll(critic.state());
        return state;
    }

    /** Rows of the parent's pictures and, below each, the same latents in the new look. */
    @Override
    public void draw(Path file) throws IOException {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, ema.weights());
            NDArray z = new Draws(seed, -1, 0)
                    .normal(scope, GRID, generator.config().zDim());
            NDArray before = generator.forward(pass.with(parent), z, 1, Noise.CONST);
            NDArray after = generator.forward(pass, z, 1, Noise.CONST);
            Pictures.grid(CONCAT.call(pass, before, after), GRID, 2, file);
        }
    }

    @Override
    public Optional<MeasuredModel> subject() {
        return Optional.of(new MeasuredModel(generator, ema.weights()));
    }

    @Override
    public void close() {
        root.close();
    }
}
