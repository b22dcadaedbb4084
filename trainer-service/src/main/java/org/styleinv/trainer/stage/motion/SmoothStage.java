package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.network.Autograd;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.MeasuredModel;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.stage.Pictures;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.Step;

/**
 * Stage 3 made smooth, an addition to the method for small budgets: a motion that was trained for hours leaps between two
 * poses within a frame. A copy of it learns to give the same latents, and to move little from each frame to the next, which
 * low-passes every trajectory while what it shows stays. Minimising {@code |w - v|² + smooth |dw|²} along a trajectory
 * spreads a leap of v over about {@code 2 sqrt(smooth)} frames. Frame 0 is held to {@code w0}. Batch normalisation keeps its
 * stored statistics.
 */
public final class SmoothStage implements Stage {
    /**
     * @param batch trajectories a step, of {@code 2 PAIRS} frames each
     * @param rate of Adam, falling to zero over the last half of the run
     * @param smooth weight of the squared change from frame to frame
     * @param steps of the whole run
     */
    public record Config(int batch, double rate, double smooth, long steps) {}

    private static final int PAIRS = 3;
    private static final int T = 2 * PAIRS;

    private static final Script CONCAT = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.cat([x, y], 0)");
    /**
     * Mean squared distance of latents {@code [t*n, d]} from the old ones; at frame 0 from w0 {@code [n, d]}, and there it
     * counts twenty times: a stream begins with the very picture.
     */
    private static final Script APART = Script.of("w: Tensor, old: Tensor, w0: Tensor, first: Tensor -> Tensor", """
            n = torch.size(w0, 0)
            goal = torch.lerp(torch.reshape(old, [-1, n, torch.size(w0, 1)]), w0, first)
            d = torch.sub(torch.reshape(w, [-1, n, torch.size(w0, 1)]), goal)
            squares = torch.sum(torch.mul(d, d), [2], True)
            return torch.mean(torch.mul(squares, torch.add(torch.mul(first, 19), 1)))""");
    /** Mean squared change within pairs of neighbours. */
    private static final Script CHANGE = Script.of("w: Tensor, w0: Tensor -> Tensor", """
            pairs = torch.reshape(w, [-1, 2, torch.size(w0, 0), torch.size(w0, 1)])
            d = torch.sub(torch.select(pairs, 1, 1), torch.select(pairs, 1, 0))
            return torch.mean(torch.sum(torch.mul(d, d), [2]))""");

    private static final Script WEIGHTED =
            Script.of("a: Tensor, b: Tensor, weight: Tensor -> Tensor", "return torch.add(a, torch.mul(b, weight))");

    private final NDManager root = ComputeDevice.manager();
    private final Config config;
    private final long seed;
    private final VideoDataset data;
    private final FrozenGenerator generator;
    private final FrozenEncoder encoder;
    private final StyleInV motion;
    private final Weights old;
    private final Weights m;
    private final List<NDArray> parameters;
    private final Adam adam;

    /** @param old the motion to make smooth; copied */
    public SmoothStage(
            FrozenGenerator generator,
            FrozenEncoder encoder,
            StyleInV motion,
            Weights old,
            Config config,
            VideoDataset data,
            long seed) {
        this.generator = generator;
        this.encoder = encoder;
        this.motion = motion;
        this.config = config;
        this.data = data;
        this.seed = seed;
        this.old = old;
        m = old.copy(root);
        parameters = m.parameters(motion);
        adam = new Adam(root, parameters, new Adam.Config(config.rate, 0.9, 0.99, 1e-8, 0));
    }

    @Override
    public String name() {
        return "smooth";
    }

    @Override
    public int batch() {
        return config.batch * T;
    }

    @Override
    public Step step(long step) {
        Draws draws = new Draws(seed, step, 0);
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.training(scope, m);
            Pass silent = pass.silent();
            NDArray w0 = firstLatents(silent, draws);
            NDArray x0 = generator.paint(silent, w0);
            float[] frames = frames(draws);
            NDArray first = scope.create(firsts(frames), new Shape(T, config.batch, 1));
            NDArray times = scope.create(times(frames), new Shape(config.batch, T));
            var style = motion.config().style();
            NDArray z = draws.normal(scope, config.batch, style.anchors(style.clipLength() - 1), style.zDim());

            NDArray wanted = motion.forward(silent.with(old), x0, w0, z, times); // [t*n, wDim]
            NDArray w = motion.forward(pass, x0, w0, z, times);
            NDArray apart = APART.call(pass, w, wanted, w0, first);
            NDArray change = CHANGE.call(pass, w, w0);
            NDArray loss = WEIGHTED.call(pass, apart, change, scope.create((float) config.smooth));
            double factor = Math.max(0.01, Math.min(1, (config.steps - step) / (config.steps / 2.0)));
            adam.step(Autograd.gradients(pass, loss, parameters), 1, factor);

            Map<String, Double> losses = new LinkedHashMap<>();
            losses.put("apart", (double) apart.getFloat());
            losses.put("change", (double) change.getFloat());
            losses.put("change_before", (double) CHANGE.call(silent, wanted, w0).getFloat());
            return new Step(losses);
        }
    }

    /** {@code [n, wDim]}: half of inverted frames, half of samples. */
    private NDArray firstLatents(Pass pass, Draws draws) {
        int inverted = config.batch / 2;
        NDArray pictures = draws.frames(pass.scope(), data, inverted, true);
        NDArray z = draws.normal(pass.scope(), config.batch - inverted, generator.zDim());
        return CONCAT.call(pass, encoder.invert(pass, pictures), generator.map(pass, z));
    }

    /** {@code [n, t]}: pairs of neighbours; the first pair of every fourth trajectory starts the video. */
    private float[] frames(Draws draws) {
        int last = motion.config().style().clipLength() - 1;
        float[] frames = new float[config.batch * T];
        for (int i = 0; i < frames.length; i += 2) {
            frames[i] = i % (4 * T) == 0 ? 0 : draws.below(last);
            frames[i + 1] = frames[i] + 1;
        }
        return frames;
    }

    private float[] times(float[] frames) {
        float[] times = new float[frames.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = frames[i] / (motion.config().style().clipLength() - 1);
        }
        return times;
    }

    /** {@code [t, n]}: 1 where the frame is frame 0. */
    private float[] firsts(float[] frames) {
        float[] firsts = new float[frames.length];
        for (int i = 0; i < firsts.length; i++) {
            firsts[i % T * config.batch + i / T] = frames[i] == 0 ? 1 : 0;
        }
        return firsts;
    }

    @Override
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        m.arrays().forEach((key, array) -> state.put("ema." + key, array));
        state.putAll(adam.state("adam.m"));
        return state;
    }

    /** Four streams, a row each before and after: the first 16 frames. */
    @Override
    public void draw(Path file) throws IOException {
        int streams = 4;
        int columns = 16;
        try (NDManager scope = root.newSubManager()) {
            Pass pass = Pass.inference(scope, m);
            Draws draws = new Draws(seed, -1, 0);
            NDArray w0 = generator.map(pass, draws.normal(scope, streams, generator.zDim()));
            NDArray x0 = generator.paint(pass, w0);
            float[] ts = new float[streams * columns];
            for (int i = 0; i < ts.length; i++) {
                ts[i] = (float) (i % columns) / (motion.config().style().clipLength() - 1);
            }
            var style = motion.config().style();
            NDArray z = draws.normal(scope, streams, style.anchors(columns), style.zDim());
            NDArray times = scope.create(ts, new Shape(streams, columns));
            NDArray both = CONCAT.call(
                    pass,
                    byStream(motion.forward(pass.with(old), x0, w0, z, times), streams),
                    byStream(motion.forward(pass, x0, w0, z, times), streams));
            Pictures.grid(generator.paint(pass, both), columns, 1, file);
        }
    }

    private static NDArray byStream(NDArray latents, int streams) {
        long wDim = latents.getShape().get(1);
        return latents.reshape(-1, streams, wDim).transpose(1, 0, 2).reshape(-1, wDim);
    }

    @Override
    public Optional<MeasuredModel> subject() {
        return Optional.of(new MeasuredModel(
                generator.network(), generator.weights(), encoder.network(), encoder.weights(), motion, m));
    }

    @Override
    public void close() {
        root.close();
    }
}
