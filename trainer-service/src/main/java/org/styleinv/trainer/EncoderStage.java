package org.styleinv.trainer;

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
import org.styleinv.network.Pass.Statistics;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.data.VideoDataset;

/**
 * Stage 2: an encoder that inverts frames into the frozen generator. StyleInV (Wang et al. 2023), section 3.2.
 *
 * <p>Where LPIPS and ArcFace files are not at hand, their place is taken by the features of stage 1's discriminator at
 * every scale, and half of each batch is pictures of the generator, whose w is known, so that the latent itself is a
 * target too.
 */
final class EncoderStage implements Stage {
    /**
     * @param batch pictures a step, half of them frames and half of them the generator's
     * @param rate of Adam, falling to zero over the last third of the run
     * @param features weight of the discriminator's features
     * @param latent weight of the latent
     * @param steps of the whole run
     */
    record Config(int batch, double rate, double features, double latent, long steps) {}

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");
    private static final Script SECOND_HALF = Script.of(
            "x: Tensor -> Tensor",
            "return torch.slice(x, 0, torch.floordiv(torch.size(x, 0), 2), 9223372036854775807)");
    /** Mean squared difference relative to the target's own power, so that every scale counts alike. */
    private static final Script RELATIVE = Script.of("a: Tensor, b: Tensor -> Tensor", """
            b = torch.detach(torch.to(b, 6))
            d = torch.sub(torch.to(a, 6), b)
            return torch.div(torch.mean(torch.mul(d, d)), torch.add(torch.mean(torch.mul(b, b)), 1e-6))""");

    private static final Script WEIGHTED =
            Script.of("a: Tensor, b: Tensor, weight: Tensor -> Tensor", "return torch.add(a, torch.mul(b, weight))");

    private static final int GRID = 16;

    private final NDManager root = NDManager.newBaseManager("PyTorch");
    private final Config config;
    private final long seed;
    private final VideoDataset data;
    private final FrozenGenerator frozen;
    private final Discriminator critic;
    private final Weights d;
    private final InversionEncoder encoder;
    private final Weights e;
    private final List<NDArray> parameters;
    private final Adam adam;

    EncoderStage(
            FrozenGenerator frozen,
            Discriminator critic,
            Weights criticWeights,
            InversionEncoder.Config architecture,
            Config config,
            VideoDataset data,
            long seed) {
        this.frozen = frozen;
        this.critic = critic;
        this.config = config;
        this.data = data;
        this.seed = seed;
        d = criticWeights;
        encoder = new InversionEncoder(architecture);
        e = encoder.initialize(root, seed);
        e.put("latent_avg", frozen.weights().get("mapping.w_avg").toFloatArray(), architecture.wDim());
        parameters = e.parameters(encoder);
        adam = new Adam(root, parameters, new Adam.Config(config.rate, 0.9, 0.99, 1e-8, 0));
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
    public Map<String, Double> step(long step) {
        Draws draws = new Draws(seed, step, 0);
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, e).with(Statistics.BATCH);
            Pass silent = pass.silent().with(Statistics.STORED);
            NDArray wKnown = frozen.map(silent, draws.normal(scope, config.batch / 2, frozen.zDim()));
            NDArray x = CONCAT.call(
                    silent, reals(scope, draws, config.batch - config.batch / 2), frozen.paint(silent, wKnown));

            NDArray w = encoder.forward(pass, x);
            NDArray y = frozen.paint(pass, w);
            NDArray mse = Losses.mse(pass, y, x);
            NDArray features = features(pass, y, x);
            NDArray latent = RELATIVE.call(pass, SECOND_HALF.call(pass, w), wKnown);
            NDArray loss = WEIGHTED.call(pass, mse, features, scope.create((float) config.features));
            loss = WEIGHTED.call(pass, loss, latent, scope.create((float) config.latent));
            NDList gradients = Autograd.gradients(pass, loss, parameters);
            double left = (config.steps - step) / (config.steps / 3.0);
            adam.step(gradients, 1, Math.max(0.01, Math.min(1, left)));

            Map<String, Double> losses = new LinkedHashMap<>();
            losses.put("psnr", 10 * Math.log10(4 / mse.getFloat()));
            losses.put("features", (double) features.getFloat());
            losses.put("latent", (double) latent.getFloat());
            return losses;
        }
    }

    private NDArray features(Pass pass, NDArray y, NDArray x) {
        List<NDArray> made = critic.features(pass.with(d), y);
        List<NDArray> wanted = critic.features(pass.with(d).silent(), x);
        NDArray share = pass.scope().create(1f / made.size());
        NDArray sum = pass.scope().create(0f);
        for (int i = 0; i < made.size(); i++) {
            sum = WEIGHTED.call(pass, sum, RELATIVE.call(pass, made.get(i), wanted.get(i)), share);
        }
        return sum;
    }

    private NDArray reals(NDManager scope, Draws draws, int count) {
        return draws.frames(scope, data, count, true);
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        e.arrays().forEach((key, array) -> state.put("e." + key, array));
        state.putAll(adam.state("adam.e"));
        return state;
    }

    /** Rows of frames and, below each, their inversions. */
    @Override
    public void draw(Path file) throws IOException {
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, e);
            NDArray x = reals(scope, new Draws(seed, -1, 0), GRID);
            NDArray y = frozen.paint(pass, encoder.forward(pass, x));
            Pictures.grid(CONCAT.call(pass, x, y), GRID, 2, file);
        }
    }

    @Override
    public Optional<String> better() {
        return Optional.of("psnr");
    }

    @Override
    public void close() {
        root.close();
    }
}
