package org.styleinv.trainer.critic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Runs;

/**
 * A discriminator of clips alone: can it tell real clips from ones that are wrong in one known way? Nothing is generated,
 * so that what keeps it from learning is seen without a generator that learns against it. As a program it takes
 * {@code key=value}s (see {@link #main}) and prints what docs/training.md tells.
 */
final class CriticTrial {
    /** What is wrong with a clip. */
    enum Wrong {
        /** Nothing: a control that must stay at chance. */
        NOTHING,
        /** The first frame four times: what motion generates before it has learned. */
        FROZEN,
        /** The three later frames in another order than their times say. */
        SHUFFLED,
        /** The three later frames are of another video. */
        SWAPPED
    }

    private static final int T = FrameSampler.FRAMES;

    private final VideoDataset data;
    private final FrameSampler sampler;
    private final Wrong wrong;
    private final VideoDiscriminator network;
    private final VideoCritic critic;
    private final int batch;
    private final boolean timed;
    private final boolean differences;

    /**
     * @param start values to start from, by name; null for fresh ones
     * @param differences whether later frames are shown as their differences from the first
     * @param timed whether the discriminator is told the times, or the same ones for all clips
     */
    CriticTrial(
            VideoDataset data,
            FrameSampler sampler,
            Wrong wrong,
            VideoDiscriminator network,
            Weights start,
            int batch,
            double rate,
            double gamma,
            boolean timed,
            boolean differences,
            Augmentation.Config augmentation) {
        this.data = data;
        this.sampler = sampler;
        this.wrong = wrong;
        this.network = network;
        this.batch = batch;
        this.timed = timed;
        this.differences = differences;
        Devices devices = Devices.one();
        critic = VideoCritic.ofFrames(
                devices,
                network,
                start == null ? network.initialize(devices.root(0), 1) : start,
                new Critic.Config(batch, rate, gamma, 16, augmentation));
    }

    Map<String, Double> step(long step) {
        Map<String, Double> figures = new LinkedHashMap<>();
        Draws draws = new Draws(0, step, 1);
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            Pass pass = Pass.training(scope, critic.weights(0));
            Clip real = clips(scope, data, draws, Wrong.NOTHING, batch);
            Clip fake = clips(scope, data, draws, wrong, batch);
            critic.learn(List.of(critic.lesson(0, pass, fake, real, draws)), 1, figures);
        }
        if (critic.isRegularised(step)) {
            Draws again = new Draws(0, step, 2);
            try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
                Clip real = clips(scope, data, again, Wrong.NOTHING, batch);
                critic.regularise(List.of(critic.regulariser(0, scope, real, again)), 1, figures);
            }
        }
        critic.adapt(step, figures);
        return figures;
    }

    /** Share of pairs of a real and a wrong clip in which the real one has the higher logit; a half is chance. */
    double tells(VideoDataset videos, int rounds, double[] spread) {
        float[] real = new float[rounds * batch];
        float[] fake = new float[rounds * batch];
        for (int round = 0; round < rounds; round++) {
            Draws draws = new Draws(7, round, 5);
            try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
                judge(scope, clips(scope, videos, draws, Wrong.NOTHING, batch), real, round);
                judge(scope, clips(scope, videos, draws, wrong, batch), fake, round);
            }
        }
        double won = 0;
        for (float r : real) {
            for (float f : fake) {
                won += r > f ? 1 : r == f ? 0.5 : 0;
            }
        }
        double mean = 0;
        double square = 0;
        for (float r : real) {
            mean += r / real.length;
            square += (double) r * r / real.length;
        }
        spread[0] = mean;
        spread[1] = Math.sqrt(Math.max(0, square - mean * mean));
        return won / ((double) real.length * fake.length);
    }

    private void judge(NDManager scope, Clip clip, float[] into, int round) {
        NDArray logits = network.forward(Pass.inference(scope, critic.weights(0)), clip.frames(), clip.ts());
        System.arraycopy(logits.toFloatArray(), 0, into, round * batch, batch);
    }

    private Clip clips(NDManager scope, VideoDataset videos, Draws draws, Wrong how, int n) {
        int r = videos.resolution();
        int size = 3 * r * r;
        float[] values = new float[n * T * size];
        float[] ts = new float[n * T];
        for (int i = 0; i < n; i++) {
            int clip = draws.below(videos.clips());
            int later = how == Wrong.SWAPPED ? another(videos, clip, draws) : clip;
            boolean mirrored = draws.coin();
            int length = Math.min(videos.frames(clip), videos.frames(later));
            int start = draws.below(Math.max(1, length - sampler.clipLength() + 1));
            double[] frames = sampler.real(length, draws::uniform);
            float[] times = sampler.timestamps(timed ? frames : new double[] {0, 8, 16, 24});
            System.arraycopy(times, 0, ts, i * T, T);
            int base = i * T * size;
            int[] order = order(how, draws);
            for (int f = 0; f < T; f++) {
                int frame = how == Wrong.FROZEN ? 0 : (int) frames[order[f]];
                videos.read(f == 0 ? clip : later, start + frame, mirrored, values, base + f * size);
                for (int k = 0; differences && f > 0 && k < size; k++) {
                    values[base + f * size + k] -= values[base + k];
                }
            }
        }
        return new Clip(scope.create(values, new Shape(n, T * 3L, r, r)), scope.create(ts, new Shape(n, T)));
    }

    private static int another(VideoDataset videos, int clip, Draws draws) {
        return (clip + 1 + draws.below(videos.clips() - 1)) % videos.clips();
    }

    private static int[] order(Wrong how, Draws draws) {
        int[][] orders = {{0, 1, 3, 2}, {0, 2, 1, 3}, {0, 2, 3, 1}, {0, 3, 1, 2}, {0, 3, 2, 1}};
        return how == Wrong.SHUFFLED ? orders[draws.below(orders.length)] : new int[] {0, 1, 2, 3};
    }

    /**
     * Takes stage 1's discriminator in {@code run}, or of a model folder: arrays that agree in name and shape as they are,
     * the first layer of several frames so that it makes of four equal frames what it made of one, and the colours of
     * the layer that sees differences, too.
     */
    static int warm(NDManager manager, Weights weights, Path run) throws IOException {
        Preset parent = Runs.preset(run);
        Weights from = Runs.critic(manager, new Discriminator(parent.critic()), run);
        int taken = 0;
        for (Map.Entry<String, NDArray> entry : from.arrays().entrySet()) {
            NDArray array = entry.getValue();
            if (!weights.has(entry.getKey())) {
                continue;
            }
            Shape wanted = weights.get(entry.getKey()).getShape();
            if (wanted.equals(array.getShape())) {
                weights.put(entry.getKey(), array.toFloatArray(), wanted.getShape());
                taken++;
            } else if (wanted.dimension() == 4
                    && wanted.get(1) == T * array.getShape().get(1)) {
                // a weight is divided by the root of its inputs, which are four times as many
                NDArray wide = array.div(2);
                wide = wide.concat(wide, 1);
                wide = wide.concat(wide, 1);
                weights.put(entry.getKey(), wide.toFloatArray(), wanted.getShape());
                taken++;
            } else if (wanted.dimension() == 4
                    && wanted.get(1) == 2 * array.getShape().get(1)) {
                // colours as they were, with fresh weights for their differences; of twice as many inputs
                NDArray fresh = weights.get(entry.getKey());
                NDArray wide = array.mul(Math.sqrt(2))
                        .concat(fresh.get(":, " + array.getShape().get(1) + ":"), 1);
                weights.put(entry.getKey(), wide.toFloatArray(), wanted.getShape());
                taken++;
            } else {
                System.out.println("fresh: " + entry.getKey() + " " + wanted + ", there " + array.getShape());
            }
        }
        return taken;
    }

    /** Lets the condition begin near a constant: its last layer's weight shrinks, its bias is one. */
    static void steady(Weights weights, double factor) {
        String layer = "mapping.fc1.";
        NDArray weight = weights.get(layer + "weight");
        weights.put(
                layer + "weight",
                weight.mul(factor).toFloatArray(),
                weight.getShape().getShape());
        NDArray bias = weights.get(layer + "bias");
        weights.put(
                layer + "bias",
                bias.zerosLike().add(1 / 0.01).toFloatArray(),
                bias.getShape().getShape());
    }

    /**
     * {@code data=DIR held=DIR [cache=DIR] wrong=frozen resolution=64 steps=300 batch=8 lr=0.002 gamma=1 base=1024 max=64
     * group=4 concat=16 divisor=2 timed=true length=72 span=32 p=0 input=frames|differences|both steady=0.1 warm=RUN}
     */
    public static void main(String[] args) throws IOException {
        Map<String, String> given = new LinkedHashMap<>();
        Arrays.stream(args).forEach(arg -> given.put(arg.split("=", 2)[0], arg.split("=", 2)[1]));
        int resolution = Integer.parseInt(given.getOrDefault("resolution", "64"));
        int length = Integer.parseInt(given.getOrDefault("length", "72"));
        Optional<Path> cache = Optional.ofNullable(given.get("cache")).map(Path::of);
        VideoDiscriminator network = new VideoDiscriminator(new VideoDiscriminator.Config(
                resolution,
                Integer.parseInt(given.getOrDefault("base", "1024")),
                Integer.parseInt(given.getOrDefault("max", "64")),
                Integer.parseInt(given.getOrDefault("group", "4")),
                0,
                T,
                length,
                Integer.parseInt(given.getOrDefault("concat", "16")),
                Integer.parseInt(given.getOrDefault("divisor", "2")),
                false,
                given.getOrDefault("input", "frames").equals("both")));
        double p = Double.parseDouble(given.getOrDefault("p", "0"));
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                VideoDataset data = VideoDataset.open(Path.of(given.get("data")), resolution, 5, cache, Progress.NONE);
                VideoDataset held =
                        VideoDataset.open(Path.of(given.get("held")), resolution, 5, cache, Progress.NONE)) {
            Weights start = network.initialize(manager, 1);
            if (given.containsKey("warm")) {
                System.out.println(
                        warm(manager, start, Path.of(given.get("warm"))) + " arrays are those of " + given.get("warm"));
            }
            if (given.containsKey("steady")) {
                steady(start, Double.parseDouble(given.get("steady")));
            }
            CriticTrial trial = new CriticTrial(
                    data,
                    new FrameSampler(length, Integer.parseInt(given.getOrDefault("span", "32"))),
                    Wrong.valueOf(given.getOrDefault("wrong", "frozen").toUpperCase(Locale.ROOT)),
                    network,
                    start,
                    Integer.parseInt(given.getOrDefault("batch", "8")),
                    Double.parseDouble(given.getOrDefault("lr", "0.002")),
                    Double.parseDouble(given.getOrDefault("gamma", "1")),
                    Boolean.parseBoolean(given.getOrDefault("timed", "true")),
                    given.getOrDefault("input", "frames").equals("differences"),
                    p == 0
                            ? Augmentation.Config.NONE
                            : new Augmentation.Config(
                                    Augmentation.Mode.FIXED,
                                    p,
                                    0.6,
                                    500,
                                    org.styleinv.network.augment.AugmentPipe.BGC));
            trial.run(
                    Integer.parseInt(given.getOrDefault("steps", "300")),
                    Integer.parseInt(given.getOrDefault("every", "50")),
                    held,
                    System.out::println);
        }
    }

    private void run(int steps, int every, VideoDataset held, Consumer<String> say) {
        double loss = Double.NaN;
        double seconds = 0;
        double r1 = Double.NaN;
        int rounds = Math.max(1, 128 / batch);
        for (int step = 0; step <= steps; step++) {
            if (step % every == 0) {
                double[] spread = new double[2];
                double seen = tells(data, rounds, spread);
                double unseen = tells(held, rounds, new double[2]);
                say.accept(String.format(
                        Locale.ROOT,
                        "%s step %d: loss_d %.3f, tells seen %.3f, unseen %.3f, real logits %.3f +- %.3f, r1 %.4f, %.2f s/step",
                        wrong,
                        step,
                        loss,
                        seen,
                        unseen,
                        spread[0],
                        spread[1],
                        r1,
                        seconds / Math.max(1, step)));
            }
            long start = System.nanoTime();
            Map<String, Double> figures = step(step);
            seconds += (System.nanoTime() - start) / 1e9;
            double now = figures.get("loss_d");
            loss = Double.isNaN(loss) ? now : 0.95 * loss + 0.05 * now;
            r1 = figures.getOrDefault("r1", r1);
        }
    }
}
