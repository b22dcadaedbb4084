package org.styleinv.trainer.stage.motion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.augment.AugmentPipe;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.command.option.DeviceOptions;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.critic.VideoCritic;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.stage.Beginning;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.stage.GeneratorStage;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.Step;
import org.styleinv.trainer.stage.Tiny;
import picocli.CommandLine;

/**
 * Two replicas, here both on the CPU, make the step of one device with the whole batch. Sums are in another order, so
 * gradients differ by rounding: 1e-3 of an array's norm, or 1e-6 of the largest norm where a gradient is rounding noise.
 */
class DataParallelTest {
    private static final double ROUNDING = 1e-3;
    private static final double NOISE = 1e-6;
    private static final int W = Tiny.W;
    private static final Generator.Config GENERATOR =
            new Generator.Config(W, 2, new SynthesisNetwork.Config(W, 32, 256, 16, false, 0));
    private static final int GROUP = Tiny.CRITIC.mbstdGroup();

    @TempDir
    static Path folder;

    private static VideoDataset data;

    @BeforeAll
    static void render() throws IOException {
        data = Tiny.data(folder);
    }

    @AfterAll
    static void close() throws IOException {
        data.close();
    }

    private static Devices two() {
        return Devices.of(List.of(Device.cpu(), Device.cpu()));
    }

    private static GeneratorStage generator(double rate, Devices devices) {
        return new GeneratorStage(
                GENERATOR,
                Tiny.CRITIC,
                new GeneratorStage.Config(
                        2 * GROUP,
                        rate,
                        1,
                        2,
                        0.9,
                        1,
                        0.05,
                        Precision.FLOAT32,
                        true,
                        2,
                        2,
                        new Augmentation.Config(Augmentation.Mode.ADA, 0.5, 0.6, 0.1, AugmentPipe.BGC),
                        true,
                        Noise.Mode.CONST,
                        0),
                data,
                3,
                Beginning.FRESH,
                Beginning.FRESH,
                devices);
    }

    private static Map<String, float[]> values(Stage stage) {
        Map<String, float[]> values = new LinkedHashMap<>();
        stage.state().forEach((name, array) -> values.put(name, array.toFloatArray()));
        return values;
    }

    /** Adam's first moment is the last gradient, its beta1 being 0; {@code phase} names the arrays of one optimiser. */
    private static void assertSameGradients(Map<String, float[]> one, Map<String, float[]> two, String optimiser) {
        double largest = one.keySet().stream()
                .filter(name -> name.startsWith(optimiser + ".m"))
                .mapToDouble(name -> norm(one.get(name), new float[one.get(name).length]))
                .max()
                .orElseThrow();
        assertTrue(largest > 0, "no gradient of " + optimiser);
        one.forEach((name, gradient) -> {
            if (name.startsWith(optimiser + ".m")) {
                double size = norm(gradient, new float[gradient.length]);
                double error = norm(gradient, two.get(name));
                assertTrue(error <= Math.max(ROUNDING * size, NOISE * largest), name + ": " + error + " of " + size);
            }
        });
    }

    private static double norm(float[] a, float[] b) {
        double square = 0;
        for (int i = 0; i < a.length; i++) {
            square += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return Math.sqrt(square);
    }

    private static void assertSameFigures(Step one, Step two) {
        assertEquals(one.seconds().keySet(), two.seconds().keySet());
        assertEquals(one.losses().keySet(), two.losses().keySet());
        one.losses().forEach((name, value) -> {
            if (!name.equals("path_length")) {
                assertEquals(value, two.losses().get(name), 1e-4 * Math.max(1, Math.abs(value)), name);
            }
        });
    }

    /** At rate 0 every phase finds the same weights. Steps 1 and 3 have the main phases alone, 0 has R1. */
    @Test
    void twoReplicasOfTheGeneratorHaveTheGradientsOfTheWholeBatch() {
        try (GeneratorStage whole = generator(0, Devices.one());
                GeneratorStage parts = generator(0, two())) {
            assertSameFigures(whole.step(1), parts.step(1));
            Map<String, float[]> one = values(whole);
            Map<String, float[]> two = values(parts);
            assertSameGradients(one, two, "adam.g");
            assertSameGradients(one, two, "adam.d");
            assertArrayEquals(one.get("g.mapping.w_avg"), two.get("g.mapping.w_avg"), 1e-6f);
            assertNotEquals(0, norm(two.get("g.mapping.w_avg"), new float[W]), "the mean w follows");

            assertSameFigures(whole.step(2), parts.step(2));
            one = values(whole);
            two = values(parts);
            assertSameGradients(one, two, "adam.d"); // of R1, through the augmentation
            assertArrayEquals(one.get("ada.signs"), two.get("ada.signs"));
            assertEquals(one.get("pl.mean")[0], two.get("pl.mean")[0], 1e-5f * one.get("pl.mean")[0]);
        }
    }

    /** Adam moves by the sign of each gradient at first, and rounding turns the signs of tiny ones: 2 % of the norm. */
    @Test
    void twoReplicasOfTheGeneratorMakeTheStepOfTheWholeBatch() {
        try (GeneratorStage whole = generator(0.0025, Devices.one());
                GeneratorStage parts = generator(0.0025, two())) {
            Map<String, float[]> before = values(whole);
            whole.step(1);
            parts.step(1);
            Map<String, float[]> one = values(whole);
            Map<String, float[]> two = values(parts);
            double moved = 0;
            double apart = 0;
            for (String name : before.keySet()) {
                if (name.startsWith("g.") || name.startsWith("d.") || name.startsWith("ema.")) {
                    moved = Math.hypot(moved, norm(before.get(name), one.get(name)));
                    apart = Math.hypot(apart, norm(one.get(name), two.get(name)));
                }
            }
            assertTrue(moved > 0 && apart < 0.02 * moved, apart + " of " + moved);
        }
    }

    @Test
    void aRunOnTwoDevicesRepeatsAndResumesBitForBit() {
        Map<String, float[]> undisturbed;
        Map<String, float[]> half;
        try (GeneratorStage stage = generator(0.0025, two())) {
            stage.step(0);
            stage.step(1);
            half = values(stage);
            stage.step(2);
            stage.step(3);
            undisturbed = values(stage);
        }
        try (GeneratorStage stage = generator(0.0025, two())) {
            stage.state().forEach((name, array) -> set(array, half.get(name)));
            stage.step(2);
            stage.step(3);
            Map<String, float[]> resumed = values(stage);
            undisturbed.forEach((name, values) -> assertArrayEquals(values, resumed.get(name), name));
        }
    }

    private static void set(NDArray array, float[] values) {
        ai.djl.pytorch.jni.JniUtils.setGradMode(false); // as a snapshot is read
        array.set(values);
        ai.djl.pytorch.jni.JniUtils.setGradMode(true);
    }

    /**
     * Batch normalisation takes the statistics of a device's own part. So every second scene repeats the one before it: both
     * parts are then alike, and as the whole is. The real clips differ.
     */
    private static final class Pairs implements MotionInputs {
        @Override
        public Start start(NDManager scope, Draws draws) {
            float[] ts = {0, 0.2f, 0.5f, 1, 0, 0.2f, 0.5f, 1, 0, 0.1f, 0.7f, 0.9f, 0, 0.1f, 0.7f, 0.9f};
            return new Start(
                    scope.zeros(new Shape(0, 3, 32, 32)),
                    draws.normal(scope, 2, W).repeat(0, 2),
                    scope.create(ts, new Shape(4, 4)),
                    draws.normal(scope, 2, 3, W).repeat(0, 2),
                    Noise.CONST,
                    Noise.CONST);
        }

        @Override
        public Clip real(NDManager scope, Draws draws) {
            float[] ts = {0, 0.2f, 0.5f, 1, 0, 0.4f, 0.5f, 0.9f, 0, 0.1f, 0.7f, 0.9f, 0, 0.3f, 0.6f, 0.9f};
            return new Clip(draws.normal(scope, 4, 12, 32, 32), scope.create(ts, new Shape(4, 4)));
        }
    }

    private static MotionStage motion(NDManager manager, Devices devices) {
        Generator network = new Generator(GENERATOR);
        StyleInV motion = new StyleInV(Tiny.MOTION);
        Weights start = motion.initialize(manager, 7);
        FrozenGenerator frozen = new FrozenGenerator(network, network.initialize(manager, 9));
        VideoDiscriminator judge = new VideoDiscriminator(Tiny.VIDEO_CRITIC);
        MotionStage.Config config = new MotionStage.Config(
                0,
                new MotionObjective.Weight(1, 10, 0.05),
                new Critic.Config(4, 0, 1, 2, Augmentation.Config.NONE),
                1,
                0.05,
                0,
                true,
                false,
                false,
                Noise.Mode.CONST,
                true,
                1000,
                MotionStage.Latent.NONE);
        VideoCritic critic =
                VideoCritic.ofFrames(devices, judge, judge.initialize(devices.root(0), 4), config.critic());
        Curriculum published = Curriculum.of(new FrameTeacher(new Pairs(), frozen, null, critic));
        return new MotionStage(frozen, null, start, motion, published, config, 3, devices);
    }

    @Test
    void twoReplicasOfTheMotionHaveTheGradientsOfTheWholeBatch() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                MotionStage whole = motion(manager, Devices.one());
                MotionStage parts = motion(manager, two())) {
            assertSameFigures(whole.step(1), parts.step(1));
            Map<String, float[]> one = values(whole);
            Map<String, float[]> two = values(parts);
            assertSameGradients(one, two, "adam.m");
            assertSameGradients(one, two, "adam.d");
            String mean = "m.encoder.input_layer.1.running_mean";
            assertArrayEquals(one.get(mean), two.get(mean), 1e-6f);
            assertSameFigures(whole.step(2), parts.step(2));
            assertSameGradients(values(whole), values(parts), "adam.d"); // of R1
        }
    }

    @Test
    void noTwoDevicesHaveTheSameRandomNoise() {
        Noise noise = Noise.randomEach(5);
        try (Devices devices = two()) {
            assertEquals(noise, devices.part(noise, 0), "one device is as ever");
            Noise second = devices.part(noise, 1);
            assertTrue(second.each());
            assertNotEquals(noise.seed(), second.seed());
            assertEquals(Noise.CONST, devices.part(Noise.CONST, 1));
        }
    }

    @Test
    void aBatchThatWouldSplitAGroupIsRefused() {
        try (Devices devices = two()) {
            IllegalArgumentException refusal =
                    assertThrows(IllegalArgumentException.class, () -> devices.check(12, GROUP));
            assertEquals(
                    "a batch on 2 devices must be a multiple of 8, so that each has whole groups of 4 for the minibatch"
                            + " standard deviation, got 12",
                    refusal.getMessage());
        }
    }

    @CommandLine.Command
    private static final class OnDevices {
        @CommandLine.Mixin
        DeviceOptions devices;
    }

    @Test
    void moreGpusThanThereAreAreRefused() {
        OnDevices command = new OnDevices();
        new CommandLine(command).parseArgs("--gpus", "1000");
        String sentence = assertThrows(CommandLine.ParameterException.class, () -> command.devices.open(8000, 4))
                .getMessage();
        assertTrue(sentence.startsWith("--gpus: gpus must be 1, or as many as there are GPUs here ("), sentence);
        assertTrue(sentence.endsWith("), got 1000"), sentence);
    }

    /** A failure on one device is the step's, when all have ended. */
    @Test
    void whatFailsOnADeviceFails() {
        try (Devices devices = two()) {
            IllegalStateException failure = assertThrows(
                    IllegalStateException.class,
                    () -> devices.each(i -> {
                        if (i == 1) {
                            throw new IllegalStateException("device 1");
                        }
                        return i;
                    }));
            assertEquals("device 1", failure.getMessage());
            assertEquals(List.of(0, 1), devices.each(i -> i));
        }
    }
}
