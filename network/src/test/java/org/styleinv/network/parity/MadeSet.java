package org.styleinv.network.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.styleinv.network.Autograd;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Reading;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.loss.CriticObjective;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.loss.PathLength;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Kinks;
import org.styleinv.network.parity.check.Views;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Sizes;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/**
 * Fixtures of other sizes and numbers than the stored ones, as the original would have written them: computed by our own
 * networks in float64 or in this machine's float32, or by networks with a planted fault.
 */
public final class MadeSet {
    /** What is not zero in trained networks, so that every path counts. */
    private static final double EXTRA = 0.1;

    private static final int FRAMES = 3;
    private static final int CLIP = 20;
    private static final int DISTANCE = 5;

    /**
     * @param resolution of pictures
     * @param width of latents, and the most channels
     * @param batch samples, which make up one group of the minibatch standard deviation
     * @param seed of weights and inputs
     */
    public record Sizes(int resolution, int width, int batch, long seed) {
        int base() {
            return 16 * resolution;
        }

        Generator.Config generator() {
            return new Generator.Config(
                    width, 4, new SynthesisNetwork.Config(width, resolution, base(), width, true, 256));
        }

        Discriminator.Config discriminator() {
            return new Discriminator.Config(resolution, base(), width, batch, 256);
        }

        VideoDiscriminator.Config videoDiscriminator(boolean firstFrame) {
            return new VideoDiscriminator.Config(
                    resolution, base(), width, batch, 256, FRAMES, CLIP, 8, FRAMES - (firstFrame ? 1 : 0), firstFrame);
        }

        StyleInV.Config motion() {
            return new StyleInV.Config(
                    new IrSeBackbone.Config(List.of(16, 16, 24, width)),
                    new TemporalStyle.Config(width, width, CLIP, DISTANCE, 8, 8, 32, 11));
        }
    }

    private final Path folder;
    private final Sizes sizes;
    private final Kinks kinks;
    private final UnaryOperator<String> fault;
    private final Random random;
    private final Map<String, double[]> shifts = new LinkedHashMap<>();

    /**
     * @param kinks how numbers are read: their type, and arguments of activations that are moved
     * @param fault changes the texts of the networks that make the reference
     */
    public MadeSet(Path folder, Sizes sizes, Kinks kinks, UnaryOperator<String> fault) {
        this.folder = folder;
        this.sizes = sizes;
        this.kinks = kinks;
        this.fault = fault;
        random = new Random(sizes.seed);
    }

    /** Adds {@code by} to an element of a weight. */
    public MadeSet shifted(String weight, int element, double by) {
        shifts.put(weight, new double[] {element, by});
        return this;
    }

    private Reading reading() {
        return (script, pass, arguments) ->
                kinks.call(Script.ofSource(fault.apply(script.toString())), pass, arguments);
    }

    private Npz.Array normal(double deviation, long... shape) {
        int count = (int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        double[] values = random.doubles(count, -1, 1)
                .map(x -> (float) (x * deviation * Math.sqrt(3)))
                .toArray();
        return array(values, shape);
    }

    private static Npz.Array array(double[] values, long... shape) {
        return new Npz.Array("float32", values, shape);
    }

    /** Fresh weights whose biases and noise are not zero. */
    private Map<String, Npz.Array> weights(Layer network) {
        Map<String, Npz.Array> arrays = new LinkedHashMap<>();
        for (Layer.Variable variable : network.variables()) {
            float[] values = new float[variable.size()];
            variable.initializer().fill(values, random);
            Npz.Array extra = normal(EXTRA, variable.shape());
            boolean computed = variable.name().matches(".*(fourier_coefs|freqs|phase_scales)");
            for (int i = 0; i < values.length; i++) {
                extra.values()[i] = computed ? values[i] : (float) (values[i] + extra.values()[i]);
            }
            double[] shift = shifts.getOrDefault(variable.name(), new double[2]);
            extra.values()[(int) shift[0]] = (float) (extra.values()[(int) shift[0]] + shift[1]);
            arrays.put(variable.name(), extra);
        }
        return arrays;
    }

    /** A computation of the reference: arrays in its type, and where its results go. */
    private final class Making implements AutoCloseable {
        private final NDManager manager = NDManager.newBaseManager("PyTorch");
        private final Map<String, Npz.Array> golden = new LinkedHashMap<>();

        Weights load(Map<String, Npz.Array> arrays) {
            Weights weights = new Weights(manager);
            arrays.forEach((name, array) -> weights.put(name, in(array).duplicate()));
            return weights;
        }

        Pass pass(Weights weights) {
            return Pass.training(manager, weights).with(reading());
        }

        private NDArray in(Npz.Array array) {
            return array.in(manager).toType(kinks.type(), false);
        }

        NDArray input(String name, Npz.Array array) {
            golden.put(name, array);
            return in(array);
        }

        void put(String name, NDArray array) {
            golden.put(name, array(Checks.doubles(array), array.getShape().getShape()));
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    private void write(String file, Map<String, Npz.Array> arrays) throws IOException {
        NpzWriter.write(folder.resolve(file), arrays);
    }

    private void statistics(String file, String prefix, Layer network, NDList gradients) throws IOException {
        ObjectNode statistics = new ObjectMapper().createObjectNode();
        int i = 0;
        for (Layer.Variable variable : network.variables()) {
            if (variable.trainable()) {
                double[] values = Checks.doubles(gradients.get(i++));
                double square = 0;
                double sum = 0;
                for (double value : values) {
                    square += value * value;
                    sum += value;
                }
                if (variable.name().startsWith(prefix)) {
                    ArrayNode entry = statistics.putArray(variable.name().substring(prefix.length()));
                    entry.add(Math.sqrt(square)).add(sum).add(values[0]);
                }
            }
        }
        new ObjectMapper().writeValue(folder.resolve(file).toFile(), statistics);
    }

    /** Gradients and path length of a generator. */
    public void generator() throws IOException {
        Generator network = new Generator(sizes.generator());
        Map<String, Npz.Array> weights = weights(network);
        try (Making making = new Making()) {
            int numWs = sizes.generator().synthesis().numWs();
            long r = sizes.resolution;
            Pass pass = making.pass(making.load(weights));
            NDArray z = making.input("z", normal(1, sizes.batch, sizes.width));
            making.put("mapping_w", Views.broadcast(network.mapping().forward(pass, z), numWs));
            NDArray ws = making.input("ws", normal(1, sizes.batch, numWs, sizes.width));
            ws.setRequiresGradient(true);
            List<NDArray> parameters = pass.weights().parameters(network);
            NDArray image = network.synthesis().forward(pass, Views.layers(ws), Noise.CONST);
            making.put("img_const", image);
            making.put("img_none", network.synthesis().forward(pass, Views.layers(ws), Noise.NONE));
            NDArray y = image.mul(making.input("grad_proj", normal(1, sizes.batch, 3, r, r)))
                    .sum();
            making.put("grad_ws", Autograd.gradient(pass, y, ws));
            statistics("generator_gradstats.json", "synthesis.", network, Autograd.gradients(pass, y, parameters));

            NDArray w = making.input("pl_w", normal(1, sizes.batch, numWs, sizes.width));
            w.setRequiresGradient(true);
            NDArray noise = making.input("pl_noise", normal(1.0 / r, sizes.batch, 3, r, r));
            making.input("pl_mean_before", array(new double[] {0.25}));
            NDArray painted = network.synthesis().forward(pass, Views.layers(w), Noise.CONST);
            NDArray lengths = PathLength.lengths(pass, painted, noise, w);
            PathLength.Penalty penalty = PathLength.penalty(pass, lengths, 0.25);
            making.put("pl_lengths", lengths);
            making.golden.put("pl_mean_after", array(new double[] {penalty.mean()}));
            making.put("pl_penalty", penalty.each());
            NDArray loss = Losses.mean(pass, Losses.times(pass, penalty.each(), 2));
            statistics(
                    "generator_pl_gradstats.json", "synthesis.", network, Autograd.gradients(pass, loss, parameters));
            write("generator.npz", making.golden);
        }
        write("generator_weights.npz", weights);
    }

    private void r1(
            Making making,
            String file,
            Layer network,
            Pass pass,
            List<NDArray> parameters,
            NDArray image,
            NDArray logits)
            throws IOException {
        NDArray gradient = Autograd.gradient(pass, logits.sum(), image);
        making.put("logits", logits);
        making.put("r1_grad_slice", gradient.get(":, :, ::8, ::8"));
        NDArray each = Losses.r1Each(pass, logits, image, 2);
        making.put("r1_penalty", each);
        NDArray loss = Losses.mean(pass, Losses.times(pass, each, 0.5));
        statistics(file, "", network, Autograd.gradients(pass, loss, parameters));
    }

    /** Gradients and R1 of a discriminator of pictures. */
    public void discriminator() throws IOException {
        Discriminator network = new Discriminator(sizes.discriminator());
        Map<String, Npz.Array> weights = weights(network);
        try (Making making = new Making()) {
            Pass pass = making.pass(making.load(weights));
            List<NDArray> parameters = pass.weights().parameters(network);
            NDArray image = making.input("img", normal(0.5, sizes.batch, 3, sizes.resolution, sizes.resolution));
            image.setRequiresGradient(true);
            NDArray logits = network.forward(pass, image);
            NDList gradients =
                    Autograd.gradients(pass, Losses.saysReal(pass, network.forward(pass, image)), parameters);
            statistics("discriminator_main_gradstats.json", "", network, gradients);
            r1(making, "discriminator_r1_gradstats.json", network, pass, parameters, image, logits);
            write("discriminator.npz", making.golden);
        }
        write("discriminator_weights.npz", weights);
    }

    private Npz.Array times(long... shape) {
        double[] ts = new double[sizes.batch * FRAMES];
        for (int i = 0; i < ts.length; i++) {
            int frame = i % FRAMES == 0 ? 0 : (i % FRAMES) * 5 + random.nextInt(4);
            ts[i] = (float) (frame / (CLIP - 1.0));
        }
        return array(ts, shape);
    }

    /** R1 of a discriminator of clips. */
    public void videoDiscriminator(boolean firstFrame) throws IOException {
        String name = "video_discriminator" + (firstFrame ? "_ffc" : "");
        VideoDiscriminator network = new VideoDiscriminator(sizes.videoDiscriminator(firstFrame));
        Map<String, Npz.Array> weights = weights(network);
        try (Making making = new Making()) {
            Pass pass = making.pass(making.load(weights));
            List<NDArray> parameters = pass.weights().parameters(network);
            NDArray clip =
                    making.input("img", normal(0.5, sizes.batch, 3 * FRAMES, sizes.resolution, sizes.resolution));
            clip.setRequiresGradient(true);
            NDArray ts = making.input("ts", times(sizes.batch, FRAMES));
            NDArray logits = network.forward(pass, clip, ts);
            NDArray fractional = making.input("ts_fractional", times(sizes.batch, FRAMES));
            making.put("logits_fractional", network.forward(pass, clip, fractional));
            making.put("time_embedding", network.timeEmbedding(pass, ts));
            making.put("cmap_time", network.timeCondition(pass, ts));
            r1(making, name + "_r1_gradstats.json", network, pass, parameters, clip, logits);
            write(name + ".npz", making.golden);
        }
        write(name + "_weights.npz", weights);
    }

    /** What the sizes of a motion generator are read from, beside its weights. */
    private void times() throws IOException {
        double[] frames = {0, 7, 19};
        Map<String, Npz.Array> golden = new LinkedHashMap<>();
        golden.put("Tidx", array(frames, 1, 3));
        golden.put(
                "Ts",
                array(
                        java.util.Arrays.stream(frames)
                                .map(frame -> (float) (frame / (CLIP - 1)))
                                .toArray(),
                        1,
                        3,
                        1));
        golden.put("u.t_left", array(new double[] {0, DISTANCE, 3 * DISTANCE}, 1, 3));
        golden.put("u.t_right", array(new double[] {DISTANCE, 2 * DISTANCE, 4 * DISTANCE}, 1, 3));
        write("styleinv.npz", golden);
    }

    /** A training step of the motion. Generator and discriminator come along. */
    public void step() throws IOException {
        Generator generator = new Generator(sizes.generator());
        StyleInV motion = new StyleInV(sizes.motion());
        VideoDiscriminator critic = new VideoDiscriminator(sizes.videoDiscriminator(false));
        Map<String, Npz.Array> g = weights(generator);
        Map<String, Npz.Array> si = weights(motion);
        Map<String, Npz.Array> d = weights(critic);
        times();
        try (Making making = new Making()) {
            int r = sizes.resolution;
            int anchors = sizes.motion().style().anchors(0);
            Weights gs = making.load(g);
            Weights sis = making.load(si);
            Weights ds = making.load(d);
            NDArray zc = making.input("zc", normal(1, sizes.batch, sizes.width));
            NDArray z = making.input("motion_z", normal(1, sizes.batch, anchors, sizes.width));
            NDArray ts = making.input("gen_ts", times(sizes.batch, FRAMES, 1)).squeeze(2);
            NDArray real = making.input("real_img", normal(0.5, sizes.batch, 3 * FRAMES, r, r));
            NDArray realTs =
                    making.input("real_ts", times(sizes.batch, FRAMES, 1)).squeeze(2);
            MotionObjective objective = new MotionObjective(
                    motion,
                    (pass, w, noise) -> generator.synthesis().forward(pass.with(gs), w, noise),
                    new MotionObjective.Weight(1, 10, 0.05));
            CriticObjective criticObjective = new CriticObjective(1);
            MotionObjective.Judge judge = (pass, clips, at) -> critic.forward(pass.with(ds), clips, at);
            Pass pass = making.pass(ds);
            NDArray w0 = generator.mapping().forward(pass.silent().with(gs), zc);
            MotionObjective.Scene scene = new MotionObjective.Scene(w0, z, ts, Noise.NONE, Noise.NONE);

            List<NDArray> parameters = ds.parameters(critic);
            MotionObjective.Clip fake =
                    objective.make(pass.silent().with(sis), scene).clip();
            CriticObjective.CriticLoss criticLoss = criticObjective.loss(
                    pass, judge.judge(pass, fake.frames(), fake.ts()), judge.judge(pass, real, realTs));
            scores(making, "Dmain", "fake", criticLoss.fakeLogits());
            scores(making, "Dmain", "real", criticLoss.realLogits());
            making.put(
                    "Dmain.Loss/D/loss",
                    criticLoss.fake().each().add(criticLoss.real().each()));
            statistics(
                    "loss_Dmain_gradstats.json", "", critic, Autograd.gradients(pass, criticLoss.total(), parameters));

            CriticObjective.Regulariser r1 =
                    criticObjective.r1(pass, real, frames -> judge.judge(pass, frames, realTs));
            scores(making, "Dreg", "real", r1.logits());
            making.put("Dreg.Loss/D/reg", r1.penalty().each());
            NDArray regulariser = Losses.times(pass, r1.penalty().mean(), 16);
            statistics("loss_Dreg_gradstats.json", "", critic, Autograd.gradients(pass, regulariser, parameters));

            Pass moving = pass.with(sis);
            List<NDArray> moved = sis.parameters(motion);
            MotionObjective.MotionLoss loss = objective.motion(moving, objective.make(moving, scene), judge);
            scores(making, "SImain", "fake", loss.logits());
            making.put("SImain.Loss/G/adv", loss.adversarial().each());
            making.put(
                    "SImain.Loss/G/recon",
                    Losses.times(moving, loss.reconstruction().each(), 10));
            making.put(
                    "SImain.Loss/G/wreg", Losses.times(moving, loss.stillness().each(), 0.05));
            NDList gradients = Autograd.gradients(moving, loss.total(), moved);
            statistics("loss_SImain_gradstats.json", "", motion, gradients);
            adam(making, motion, si, gradients);
            write("loss.npz", making.golden);
        }
        write("generator_weights.npz", g);
        write("styleinv_weights.npz", si);
        write("video_discriminator_weights.npz", d);
    }

    private void scores(Making making, String phase, String side, NDArray logits) {
        making.put(phase + ".Loss/scores/" + side, logits);
        making.put(phase + ".Loss/signs/" + side, logits.sign());
    }

    private void adam(Making making, StyleInV motion, Map<String, Npz.Array> before, NDList gradients)
            throws IOException {
        Weights stepped = new Weights(making.manager);
        before.forEach((name, array) -> stepped.put(name, array.floats(), array.shape()));
        List<NDArray> parameters = stepped.parameters(motion);
        NDList single = new NDList(gradients.stream()
                .map(gradient -> gradient.toType(DataType.FLOAT32, true))
                .toArray(NDArray[]::new));
        try (Adam adam = new Adam(making.manager, parameters, new Adam.Config(1e-4, 0, 0.99, 1e-8, 0))) {
            adam.step(single, 1);
        }
        ObjectNode changes = new ObjectMapper().createObjectNode();
        List<String> names = motion.variables().stream()
                .filter(Layer.Variable::trainable)
                .map(Layer.Variable::name)
                .toList();
        for (int i = 0; i < names.size(); i++) {
            double[] after = Checks.doubles(parameters.get(i));
            double[] old = before.get(names.get(i)).values();
            double square = 0;
            double sum = 0;
            for (int k = 0; k < after.length; k++) {
                square += (after[k] - old[k]) * (after[k] - old[k]);
                sum += after[k];
            }
            changes.putArray(names.get(i)).add(Math.sqrt(square)).add(sum);
        }
        new ObjectMapper()
                .writeValue(folder.resolve("loss_SImain_after_adam.json").toFile(), changes);
    }
}
