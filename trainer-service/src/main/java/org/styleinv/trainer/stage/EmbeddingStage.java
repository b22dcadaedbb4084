package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.styleinv.network.Autograd;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.IdentityEmbedding;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;

/**
 * An embedding of identities for measures: two frames of one clip are to be more alike than frames of different clips. The
 * normalised temperature-scaled cross entropy of Chen et al. 2020 (SimCLR), equation 1, over a batch of pairs.
 */
public final class EmbeddingStage implements Stage {
    private static final double TEMPERATURE = 0.1;
    private static final int SHOWN = 16;

    private static final Script LOSS =
            Script.of("e: Tensor -> List[Tensor]", String.format(Locale.ROOT, """
            n = torch.floordiv(torch.size(e, 0), 2)
            a = torch.slice(e, 0, 0, n)
            b = torch.slice(e, 0, n, 9223372036854775807)
            logits = torch.div(torch.matmul(a, torch.t(b)), %s)
            p = torch.diagonal(torch.log_softmax(logits, 1))
            q = torch.diagonal(torch.log_softmax(logits, 0))
            right = torch.eq(torch.argmax(logits, 1), torch.arange(n))
            return [torch.neg(torch.div(torch.add(torch.mean(p), torch.mean(q)), 2)), torch.mean(torch.to(right, 6))]""", TEMPERATURE));
    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");

    /**
     * @param batch pictures a step: half as many clips, two frames each
     * @param rate of Adam
     * @param mirror whether clips are also shown mirrored
     */
    public record Config(int batch, double rate, boolean mirror) {
        public Config {
            if (batch < 4 || batch % 2 != 0) {
                throw new IllegalArgumentException(
                        "--batch must be even and at least 4, two frames of each of two clips, " + "got " + batch);
            }
        }
    }

    private final NDManager root = ComputeDevice.manager();
    private final Config config;
    private final VideoDataset data;
    private final long seed;
    private final IdentityEmbedding network;
    private final Weights m;
    private final List<NDArray> parameters;
    private final Adam adam;

    /** @param data of at least two clips, each of another person */
    public EmbeddingStage(IdentityEmbedding.Config architecture, Config config, VideoDataset data, long seed) {
        if (data.clips() < 2) {
            throw new IllegalArgumentException(
                    "an embedding of identities wants at least 2 clips, each of another person, got " + data.clips());
        }
        this.config = config;
        this.data = data;
        this.seed = seed;
        network = new IdentityEmbedding(architecture);
        m = network.initialize(root, seed);
        parameters = m.parameters(network);
        adam = new Adam(root, parameters, new Adam.Config(config.rate, 0.9, 0.99, 1e-8, 0));
    }

    @Override
    public String name() {
        return "embedding";
    }

    @Override
    public int batch() {
        return config.batch;
    }

    @Override
    public Step step(long step) {
        Draws draws = new Draws(seed, step, 0);
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, m);
            NDList results = LOSS.call(pass, new NDList(network.forward(pass, pairs(scope, draws))));
            adam.step(Autograd.gradients(pass, results.get(0), parameters), 1);
            Map<String, Double> losses = new LinkedHashMap<>();
            losses.put("loss", (double) results.get(0).getFloat());
            losses.put("accuracy", (double) results.get(1).getFloat());
            return new Step(losses);
        }
    }

    /** Frames of different clips, then other frames of the same clips. */
    private NDArray pairs(NDManager scope, Draws draws) {
        int clips = Math.min(config.batch / 2, data.clips());
        int[] order = new int[data.clips()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        int size = 3 * data.resolution() * data.resolution();
        float[] values = new float[2 * clips * size];
        for (int i = 0; i < clips; i++) {
            int other = i + draws.below(order.length - i);
            int clip = order[other];
            order[other] = order[i];
            order[i] = clip;
            for (int half = 0; half < 2; half++) {
                int frame = draws.below(data.frames(clip));
                data.read(clip, frame, draws.coin() && config.mirror, values, (half * clips + i) * size);
            }
        }
        return scope.create(values, new Shape(2L * clips, 3, data.resolution(), data.resolution()));
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        m.arrays().forEach((name, array) -> state.put("m." + name, array));
        state.putAll(adam.state("adam.m"));
        return state;
    }

    public Weights weights() {
        return m;
    }

    /** Frames, and below each the first frame of the other clip that it is taken for. */
    @Override
    public void draw(Path file) throws IOException {
        int size = 3 * data.resolution() * data.resolution();
        int clips = data.clips();
        int shown = Math.min(SHOWN, clips);
        float[] firsts = new float[clips * size];
        for (int clip = 0; clip < clips; clip++) {
            data.read(clip, 0, false, firsts, clip * size);
        }
        float[] nearest = new float[shown * size];
        try (NDManager scope = root.newSubManager()) {
            NDArray x = scope.create(firsts, new Shape(clips, 3, data.resolution(), data.resolution()));
            float[] e = network.forward(Pass.inference(scope, m), x).toFloatArray();
            for (int i = 0; i < shown; i++) {
                System.arraycopy(firsts, nearest(e, clips, i) * size, nearest, i * size, size);
            }
            NDArray below = scope.create(nearest, new Shape(shown, 3, data.resolution(), data.resolution()));
            NDArray above = x.get("0:" + shown);
            Pictures.grid(CONCAT.call(Pass.inference(scope, m), above, below), shown, 2, file);
        }
    }

    private static int nearest(float[] e, int clips, int of) {
        int width = e.length / clips;
        int best = of == 0 ? 1 : 0;
        double most = -2;
        for (int clip = 0; clip < clips; clip++) {
            double cosine = 0;
            for (int k = 0; k < width; k++) {
                cosine += e[of * width + k] * e[clip * width + k];
            }
            if (clip != of && cosine > most) {
                most = cosine;
                best = clip;
            }
        }
        return best;
    }

    @Override
    public void close() {
        root.close();
    }
}
