package org.styleinv.trainer.stage.motion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.ImageCritic;
import org.styleinv.trainer.critic.VideoCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.stage.FrozenGenerator;

/**
 * The stored step of the original through the step of the trainer: {@link MotionStage#step} itself, given the stored
 * inputs for chance and data. Adam's first moment is the last gradient, since its beta1 is 0. Sizes and tolerances are
 * those of the fixtures' page.
 */
class MotionStepTest {
    private static final Path GOLDEN =
            Path.of(System.getProperty("styleinv.golden", "../network/src/test/resources/golden"));
    private static final double NETWORK = 1e-4;
    /**
     * In float32 an activation near its kink falls to the other side on another CPU. What derivatives are is held in float64, to
     * 1e-3, by {@code ParityTest}; here it is that each phase adds up the right losses with the right weights.
     */
    private static final double GRADIENT = 1e-2;

    private static final double GRADIENT_NOISE = 1e-6; // of the largest norm
    private static final double ADAM_STEP = 2e-2;
    private static final double RATE = 1e-4;
    private static final int W = 48;
    private static final MotionObjective.Weight WEIGHT = new MotionObjective.Weight(1, 10, 0.05);

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final StyleInV motion = new StyleInV(new StyleInV.Config(
            new IrSeBackbone.Config(List.of(16, 16, 24, W)), new TemporalStyle.Config(W, W, 32, 8, 16, 8, 32, 11)));
    private final VideoDiscriminator critic =
            new VideoDiscriminator(new VideoDiscriminator.Config(64, 1024, W, 4, 256, 4, 32, 16, 2, false));
    private FixtureSet set;
    private Npz golden;
    private FrozenGenerator frozen;
    private Weights m;

    @BeforeEach
    void open() throws IOException {
        set = FixtureSet.open(GOLDEN);
        golden = set.npz("loss.npz");
        Generator generator =
                new Generator(new Generator.Config(W, 8, new SynthesisNetwork.Config(W, 64, 1024, W, true, 256)));
        frozen = new FrozenGenerator(generator, set.weights(manager, generator, "generator_weights.npz"));
        m = set.weights(manager, motion, "styleinv_weights.npz");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** The stored generator has noise of strength 0. */
    private record Stored(Npz golden) implements MotionInputs {
        @Override
        public Start start(NDManager scope, Draws draws) {
            return new Start(
                    scope.zeros(new Shape(0, 3, 64, 64)),
                    golden.in(scope, "zc"),
                    golden.in(scope, "gen_ts").squeeze(2),
                    golden.in(scope, "motion_z"),
                    Noise.NONE,
                    Noise.NONE);
        }

        @Override
        public Clip real(NDManager scope, Draws draws) {
            return new Clip(
                    golden.in(scope, "real_img"), golden.in(scope, "real_ts").squeeze(2));
        }
    }

    /** @param rate of the motion; the discriminator stays, so that each phase finds the stored weights */
    private MotionStage stage(double rate) throws IOException {
        MotionStage.Config config = new MotionStage.Config(
                rate,
                WEIGHT,
                new Critic.Config(4, 0, 1, 16, Augmentation.Config.NONE),
                20,
                0.05,
                0,
                true,
                false,
                false,
                Noise.Mode.CONST,
                true,
                1000,
                MotionStage.Latent.NONE);
        Weights d = set.weights(manager, critic, "video_discriminator_weights.npz");
        Devices devices = Devices.one();
        VideoCritic teaching = VideoCritic.ofFrames(devices, critic, d.copy(devices.root(0)), config.critic());
        Curriculum published = Curriculum.of(new FrameTeacher(new Stored(golden), frozen, null, teaching));
        return new MotionStage(frozen, null, m, motion, published, config, 0, devices);
    }

    private double mean(String array) {
        return Arrays.stream(golden.get(array).values()).average().orElseThrow();
    }

    private static void near(double expected, double actual, double tolerance, String what) {
        assertEquals(expected, actual, tolerance * Math.abs(expected), what);
    }

    @Test
    void everyPhaseReportsTheStoredLosses() throws IOException {
        try (MotionStage stage = stage(0)) {
            Map<String, Double> figures = stage.step(0).losses(); // R1 is due
            near(mean("SImain.Loss/G/adv"), figures.get("loss_si"), NETWORK, "adversarial");
            near(mean("SImain.Loss/G/wreg") / WEIGHT.stillness(), figures.get("distance"), NETWORK, "distance");
            double error = 4 / Math.pow(10, figures.get("psnr_0") / 10);
            near(mean("SImain.Loss/G/recon") / WEIGHT.reconstruction(), error, NETWORK, "reconstruction");
            near(mean("Dmain.Loss/D/loss"), figures.get("loss_d"), NETWORK, "discriminator");
            near(mean("Dmain.Loss/scores/fake"), figures.get("scores_fake"), NETWORK, "scores of fakes");
            near(mean("Dmain.Loss/scores/real"), figures.get("scores_real"), NETWORK, "scores of reals");
            assertEquals(mean("Dmain.Loss/signs/real"), figures.get("signs_real"));
            near(mean("Dreg.Loss/D/reg"), figures.get("r1"), GRADIENT, "R1");
        }
    }

    @Test
    void everyPhaseHasTheStoredGradients() throws IOException {
        try (MotionStage stage = stage(0)) {
            stage.step(1); // without R1, so that the discriminator's last gradient is the main one
            assertGradients("loss_SImain_gradstats.json", motion, stage.state(), "adam.m");
            assertGradients("loss_Dmain_gradstats.json", critic, stage.state(), "adam.d");
            stage.step(16);
            assertGradients("loss_Dreg_gradstats.json", critic, stage.state(), "adam.d"); // with the gain
        }
    }

    private static void assertGradients(String file, Layer network, Map<String, NDArray> state, String adam)
            throws IOException {
        JsonNode stored = new ObjectMapper().readTree(GOLDEN.resolve(file).toFile());
        double largest = 0;
        for (JsonNode entry : stored) {
            largest = Math.max(largest, entry.get(0).asDouble());
        }
        List<String> names = trainable(network);
        int checked = 0;
        for (Iterator<Map.Entry<String, JsonNode>> fields = stored.fields(); fields.hasNext(); checked++) {
            Map.Entry<String, JsonNode> field = fields.next();
            float[] gradient =
                    state.get(adam + ".m" + names.indexOf(field.getKey())).toFloatArray();
            double square = 0;
            double sum = 0;
            for (float value : gradient) {
                square += (double) value * value;
                sum += value;
            }
            double norm = field.getValue().get(0).asDouble();
            double error = Math.max(GRADIENT * norm, GRADIENT_NOISE * largest);
            String what = file + " " + field.getKey();
            assertEquals(norm, Math.sqrt(square), error, what + ": norm");
            // the sum of n errors is at most sqrt(n) times their norm
            assertEquals(field.getValue().get(1).asDouble(), sum, error * Math.sqrt(gradient.length), what + ": sum");
            assertEquals(field.getValue().get(2).asDouble(), gradient[0], error, what + ": first");
        }
        assertEquals(names.size(), checked, file + " has gradients of other parameters");
    }

    private static List<String> trainable(Layer network) {
        return network.variables().stream()
                .filter(Layer.Variable::trainable)
                .map(Layer.Variable::name)
                .toList();
    }

    /** Where a gradient is rounding noise every sign of the step is chance: only the rest is compared. */
    @Test
    void adamMovesTheMotionAsStored() throws IOException {
        JsonNode stored = new ObjectMapper()
                .readTree(GOLDEN.resolve("loss_SImain_after_adam.json").toFile());
        JsonNode gradients = new ObjectMapper()
                .readTree(GOLDEN.resolve("loss_SImain_gradstats.json").toFile());
        double largest = 0;
        for (JsonNode entry : gradients) {
            largest = Math.max(largest, entry.get(0).asDouble());
        }
        int compared = 0;
        try (MotionStage stage = stage(RATE)) {
            stage.step(1);
            for (String name : trainable(motion)) {
                if (gradients.get(name).get(0).asDouble() > GRADIENT_NOISE * largest) {
                    compared++;
                    float[] before = m.get(name).toFloatArray();
                    float[] after = stage.state().get("m." + name).toFloatArray();
                    double square = 0;
                    double sum = 0;
                    double magnitude = 0;
                    for (int i = 0; i < after.length; i++) {
                        double change = (double) after[i] - before[i];
                        square += change * change;
                        sum += after[i];
                        magnitude += Math.abs(after[i]);
                    }
                    near(stored.get(name).get(0).asDouble(), Math.sqrt(square), ADAM_STEP, name + ": change");
                    // a sign that flips moves the sum by two steps; the reference sums in float32
                    double flips = ADAM_STEP * RATE * after.length + 1e-5 * magnitude;
                    assertEquals(stored.get(name).get(1).asDouble(), sum, flips, name + ": sum");
                }
            }
        }
        assertTrue(compared > trainable(motion).size() / 2, compared + " parameters were compared");
    }

    /** Both phases that generate move the running statistics, by those of the whole batch of all times. */
    @Test
    void runningStatisticsFollowTheMotionsPhaseAndTheDiscriminators() throws IOException {
        String mean = "encoder.input_layer.1.running_mean";
        float[] first = m.get(mean).toFloatArray();
        float[] twice;
        try (MotionStage stage = stage(0)) {
            stage.step(1);
            twice = stage.state().get("m." + mean).toFloatArray();
            assertArrayEquals(twice, stage.state().get("ema." + mean).toFloatArray(), "an average copies buffers");
        }
        Weights once = m.copy(manager);
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, once);
            MotionInputs.Start start = new Stored(golden).start(scope, new Draws(0, 0, 0));
            NDArray w0 = frozen.map(pass, start.identities());
            new MotionObjective(motion, frozen::paint, WEIGHT)
                    .make(pass, new MotionObjective.Scene(w0, start.z(), start.ts(), Noise.NONE, Noise.NONE));
        }
        float[] then = once.get(mean).toFloatArray();
        float[] expected = new float[first.length];
        for (int i = 0; i < first.length; i++) {
            expected[i] = then[i] + 0.9f * (then[i] - first[i]); // momentum 0.1, the same batch again
        }
        assertArrayEquals(expected, twice, 1e-5f);
        assertTrue(Math.abs(then[0] - first[0]) > 1e-4, "the first update is too small to tell one from two");
    }

    /** R1 of the image discriminator, by the critic that stages 1 and 4 train. */
    @Test
    void theImageCriticHasTheStoredRegulariser() throws IOException {
        Npz images = set.npz("discriminator.npz");
        Discriminator network = new Discriminator(new Discriminator.Config(64, 1024, W, 4, 256));
        Weights weights = set.weights(manager, network, "discriminator_weights.npz");
        NDArray real = images.in(manager, "img");
        int batch = Math.toIntExact(real.getShape().get(0));
        Critic.Config config = new Critic.Config(batch, 0, 1, 1, Augmentation.Config.NONE);
        ImageCritic critic = new ImageCritic(Devices.of(manager), network, weights, config, 0);
        Map<String, Double> figures = new HashMap<>();
        critic.regularise(manager, real, new Draws(0, 0, 2), 1, figures);
        double expected =
                Arrays.stream(images.get("r1_penalty").values()).average().orElseThrow();
        near(0.5 * expected, figures.get("r1"), GRADIENT, "penalty");
        assertGradients("discriminator_r1_gradstats.json", network, critic.state(), "adam.d");
    }
}
