package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.styleinv.network.Autograd;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.optimiser.Ranger;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.MeasuredModel;

/**
 * Stage 2: an encoder that inverts frames into the frozen generator. StyleInV (Wang et al. 2023), section 3.2.
 *
 * <p>Likeness beyond pixels is LPIPS and identity where their files are at hand, and {@link Term#features} where they are
 * not. A share of each batch may be pictures of the generator, whose w is known, so that the latent itself is a target too.
 */
public final class EncoderStage implements Stage {
    /** Published optimisers. */
    public enum Optim {
        RANGER,
        ADAM
    }

    /**
     * @param batch pictures a step
     * @param rate of the optimiser
     * @param beta2 of Adam
     * @param l2 weight of the squared error of pixels
     * @param known share of a batch that is pictures of the generator
     * @param latent weight of the latents of these
     * @param mirror whether frames are also shown mirrored
     * @param balanced whether long videos count as much as short ones ({@code video-balance})
     * @param noise of the frozen generator
     * @param falling whether the rate falls to zero over the last third of the run
     * @param steps of the whole run
     */
    public record Config(
            int batch,
            double rate,
            Optim optim,
            double beta2,
            double l2,
            double known,
            double latent,
            boolean mirror,
            boolean balanced,
            Noise.Mode noise,
            boolean falling,
            long steps) {
        public Config {
            if (!(known >= 0 && known < 1)) {
                throw new IllegalArgumentException("known must be from 0 to below 1, got " + known);
            }
        }

        double factor(long step) {
            return falling ? Math.max(0.01, Math.min(1, (steps - step) / (steps / 3.0))) : 1;
        }
    }

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");

    private static final int GRID = 16;

    private final NDManager root = ComputeDevice.manager();
    private final Config config;
    private final long seed;
    private final VideoDataset data;
    private final FrozenGenerator frozen;
    private final List<Term> likeness;
    private final InversionEncoder encoder;
    private final Weights e;
    private final List<NDArray> parameters;
    private final Optimiser optimiser;
    private final Script knownRows;

    /** What both optimisers do. */
    private record Optimiser(BiConsumer<NDList, Double> step, Map<String, NDArray> state) {}

    /**
     * @param likeness of inversions with their frames
     * @param start what to begin with in place of random values, by name: ArcFace's backbone; may be empty
     */
    public EncoderStage(
            FrozenGenerator frozen,
            List<Term> likeness,
            InversionEncoder.Config architecture,
            Map<String, NDArray> start,
            Config config,
            VideoDataset data,
            long seed) {
        this.frozen = frozen;
        this.likeness = List.copyOf(likeness);
        this.config = config;
        this.data = data;
        this.seed = seed;
        encoder = new InversionEncoder(architecture);
        e = encoder.initialize(root, seed);
        start.forEach((name, array) ->
                e.put(name, array.toFloatArray(), array.getShape().getShape()));
        e.put("latent_avg", frozen.weights().get("mapping.w_avg").toFloatArray(), architecture.wDim());
        parameters = e.parameters(encoder);
        optimiser = optimiser();
        knownRows = Script.of(
                "x: Tensor -> Tensor",
                String.format(Locale.ROOT, "return torch.slice(x, 0, %d, 9223372036854775807)", frames()));
    }

    private Optimiser optimiser() {
        if (config.optim == Optim.RANGER) {
            Ranger ranger = new Ranger(root, parameters, new Ranger.Config(config.rate));
            return new Optimiser(ranger::step, ranger.state("ranger.e"));
        }
        Adam adam = new Adam(root, parameters, new Adam.Config(config.rate, 0.9, config.beta2, 1e-8, 0));
        return new Optimiser((gradients, factor) -> adam.step(gradients, 1, factor), adam.state("adam.e"));
    }

    /** Pictures of a batch that are frames; the others are the generator's. */
    private int frames() {
        return config.batch - (int) (config.batch * config.known);
    }

    @Override
    public String name() {
        return "encoder";
    }

    @Override
    public int batch() {
        return config.batch;
    }

    @Override
    public Step step(long step) {
        Draws draws = new Draws(seed, step, 0);
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, e).with(Statistics.BATCH);
            Pass silent = pass.silent().with(Statistics.STORED);
            int known = config.batch - frames();
            NDArray wKnown = known == 0 ? null : frozen.map(silent, draws.normal(scope, known, frozen.zDim()));
            NDArray x = reals(scope, draws, frames());
            if (wKnown != null) {
                x = CONCAT.call(silent, x, frozen.paint(silent, wKnown, draws.noise(config.noise)));
            }

            NDArray w = encoder.forward(pass, x);
            NDArray y = frozen.paint(pass, w, draws.noise(config.noise));
            NDArray mse = Losses.mse(pass, y, x);
            NDArray loss = Losses.times(pass, mse, config.l2);
            Map<String, Double> losses = new LinkedHashMap<>();
            losses.put("psnr", 10 * Math.log10(4 / mse.getFloat()));
            for (Term term : likeness) {
                NDArray value = term.measure().of(pass, y, x);
                loss = term.addTo(pass, loss, value);
                losses.put(term.name(), (double) value.getFloat());
            }
            if (wKnown != null) {
                NDArray latent = Term.relative(pass, knownRows.call(pass, w), wKnown);
                loss = Term.add(pass, loss, latent, config.latent);
                losses.put("latent", (double) latent.getFloat());
            }
            NDList gradients = Autograd.gradients(pass, loss, parameters);
            optimiser.step.accept(gradients, config.factor(step));
            return new Step(losses);
        }
    }

    private NDArray reals(NDManager scope, Draws draws, int count) {
        return draws.frames(scope, data, count, config.mirror, config.balanced);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        e.arrays().forEach((key, array) -> state.put("e." + key, array));
        state.putAll(optimiser.state);
        return state;
    }

    /** Rows of frames and, below each, their inversions. */
    @Override
    public void draw(Path file) throws IOException {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, e);
            NDArray x = reals(scope, new Draws(seed, -1, 0), GRID);
            Noise noise = config.noise == Noise.Mode.NONE ? Noise.NONE : Noise.CONST;
            NDArray y = frozen.paint(pass, encoder.forward(pass, x), noise);
            Pictures.grid(CONCAT.call(pass, x, y), GRID, 2, file);
        }
    }

    @Override
    public Optional<String> better() {
        return Optional.of("psnr");
    }

    @Override
    public Optional<MeasuredModel> subject() {
        return Optional.of(new MeasuredModel(frozen.network(), frozen.weights(), encoder, e));
    }

    @Override
    public void close() {
        root.close();
    }
}
