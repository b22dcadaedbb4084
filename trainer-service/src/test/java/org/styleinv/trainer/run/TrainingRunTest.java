package org.styleinv.trainer.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.augment.AugmentPipe;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.stage.Beginning;
import org.styleinv.trainer.stage.EncoderStage;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.stage.GeneratorStage;
import org.styleinv.trainer.stage.JointStage;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.stage.StyleStage;
import org.styleinv.trainer.stage.Term;
import org.styleinv.trainer.stage.Tiny;
import org.styleinv.trainer.stage.motion.FrozenEncoder;
import org.styleinv.trainer.stage.motion.MotionStage;
import org.styleinv.trainer.stage.motion.SmoothStage;
import org.styleinv.trainer.stage.motion.StillMotion;
import org.styleinv.trainer.state.Phase;

/** The three stages in their smallest form: that they learn is looked at in docs/training.md, that they resume is here. */
class TrainingRunTest {
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

    @ParameterizedTest
    @EnumSource(Augmentation.Mode.class)
    void aGeneratorRunThatWasCutInTwoEndsInTheVeryStateOfAnUndisturbedOne(Augmentation.Mode mode) throws IOException {
        assertResumesExactly(
                "generator",
                mode.name(),
                () -> new GeneratorStage(
                        Tiny.GENERATOR,
                        Tiny.CRITIC,
                        new GeneratorStage.Config(
                                4,
                                0.0025,
                                1,
                                2,
                                0.9,
                                1,
                                0.05,
                                Precision.FLOAT32,
                                true,
                                2,
                                3,
                                augmentation(mode),
                                false,
                                Noise.Mode.RANDOM,
                                3),
                        data,
                        3,
                        Beginning.FRESH,
                        Beginning.FRESH,
                        Devices.one()));
    }

    @ParameterizedTest
    @EnumSource(EncoderStage.Optim.class)
    void anEncoderRunThatWasCutInTwoEndsInTheVeryStateOfAnUndisturbedOne(EncoderStage.Optim optim) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Discriminator critic = new Discriminator(Tiny.CRITIC);
            Weights weights = critic.initialize(manager, 1);
            assertResumesExactly(
                    "encoder",
                    optim.name(),
                    () -> new EncoderStage(
                            frozen(manager),
                            List.of(Term.features(critic, weights, 0.2)),
                            new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE),
                            Map.of(),
                            new EncoderStage.Config(
                                    4, 0.001, optim, 0.99, 1, 0.5, 0.1, true, true, Noise.Mode.RANDOM, true, 6),
                            data,
                            3));
        }
    }

    @Test
    void aMotionRunThatWasCutInTwoEndsInTheVeryStateOfAnUndisturbedOne() throws IOException {
        assertMotionResumes("", MotionStage.Latent.NONE, Augmentation.Mode.ADA);
    }

    /** It is cut in the phase on latents, and what comes back goes on into the published one. */
    @Test
    void aMotionRunThatBeginsOnLatentsToo() throws IOException {
        assertMotionResumes("-latents", new MotionStage.Latent(4, 0.1), Augmentation.Mode.NOAUG);
    }

    private void assertMotionResumes(String variant, MotionStage.Latent latent, Augmentation.Mode mode)
            throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            InversionEncoder encoder = new InversionEncoder(new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE));
            Weights encoderWeights = encoder.initialize(manager, 1);
            StyleInV motion = new StyleInV(Tiny.MOTION);
            assertResumesExactly(
                    "motion",
                    variant,
                    () -> new MotionStage(
                            frozen(manager),
                            new FrozenEncoder(encoder, encoderWeights),
                            StillMotion.of(manager, motion, encoderWeights, 3),
                            motion,
                            new VideoDiscriminator(Tiny.VIDEO_CRITIC),
                            new FrameSampler(8, 6),
                            new MotionStage.Config(
                                    0.001,
                                    new MotionObjective.Weight(1, 10, 0.05),
                                    new Critic.Config(2, 0.002, 1, 2, augmentation(mode)),
                                    1,
                                    0.05,
                                    0.5,
                                    true,
                                    false,
                                    variant.equals("-latents"), // with real clips that are painted
                                    Noise.Mode.RANDOM,
                                    true,
                                    6,
                                    latent),
                            data,
                            3,
                            Devices.one()));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 10}) // weight of what changes between two frames
    void aJointRunThatWasCutInTwoEndsInTheVeryStateOfAnUndisturbedOne(double change) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            FrozenGenerator generator = frozen(manager);
            InversionEncoder encoder = new InversionEncoder(new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE));
            Weights encoderWeights = encoder.initialize(manager, 1);
            assertResumesExactly(
                    "joint",
                    "-change-" + change,
                    () -> new JointStage(
                            generator.network(),
                            encoder,
                            generator.weights(),
                            encoderWeights,
                            new Discriminator(Tiny.CRITIC),
                            Beginning.FRESH,
                            new JointStage.Config(
                                    4,
                                    0.001,
                                    0.002,
                                    20,
                                    change,
                                    0.5,
                                    1,
                                    2,
                                    1,
                                    2,
                                    6,
                                    Precision.FLOAT32,
                                    Augmentation.Config.NONE),
                            data,
                            3));
        }
    }

    @Test
    void aStyleRunThatWasCutInTwoEndsInTheVeryStateOfAnUndisturbedOne() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertResumesExactly("style", () -> style(manager));
        }
    }

    @Test
    void styleChangesTheHighResolutionsAndNothingElse() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            FrozenGenerator parent = frozen(manager);
            Map<String, float[]> state = train(folder.resolve("look"), 2, style(manager));
            for (String name : parent.weights().names()) {
                boolean high = (name.startsWith("synthesis.b16.") || name.startsWith("synthesis.b32."))
                        && !name.endsWith("noise_const");
                for (String tuned : List.of("g." + name, "ema." + name)) {
                    assertEquals(
                            high,
                            !Arrays.equals(parent.weights().get(name).toFloatArray(), state.get(tuned)),
                            tuned + (high ? " was not trained" : " is frozen, but changed"));
                }
            }
        }
    }

    /** The generator's parameters and their shapes: a plan that forgets a network is no plan. */
    @Test
    void aPlanCountsEveryNetworkAndItsTime() {
        try (Stage stage = stage(Tiny.GENERATOR)) {
            DryRun plan = DryRun.of(stage, 8);
            assertEquals(2000L, plan.json().get("steps"));
            long values = 0;
            for (Layer.Variable variable : new Generator(Tiny.GENERATOR).variables()) {
                values += variable.size();
            }
            assertEquals(values, ((Map<?, ?>) plan.json().get("values")).get("g"));
            assertTrue(plan.text().contains("synthesis.b32.conv0.weight                 [8, 16, 3, 3]"), plan.text());
            assertEquals(plan.secPerKimg() * 8, (double) plan.json().get("eta_s"), 1e-6);
            assertTrue(plan.secPerKimg() > 0 && plan.steps() > 0);
            double told = plan.phases().values().stream()
                    .mapToDouble(Double::doubleValue)
                    .sum();
            assertTrue(told > 0 && told <= plan.secPerKimg() * 1.0001, told + " of " + plan.secPerKimg());
            assertEquals(plan.phases().get(Phase.DISCRIMINATOR), plan.json().get("sec_d"));
            assertTrue(plan.text().contains(" (g "), plan.text());
        }
    }

    @Test
    void aSmoothRunThatWasCutInTwoEndsInTheVeryStateOfAnUndisturbedOne() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            InversionEncoder encoder = new InversionEncoder(new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE));
            Weights encoderWeights = encoder.initialize(manager, 1);
            StyleInV motion = new StyleInV(Tiny.MOTION);
            Weights old = motion.initialize(manager, 5);
            assertResumesExactly(
                    "smooth",
                    () -> new SmoothStage(
                            frozen(manager),
                            new FrozenEncoder(encoder, encoderWeights),
                            motion,
                            old,
                            new SmoothStage.Config(2, 0.001, 4, 6),
                            data,
                            3));
        }
    }

    @Test
    void smoothingMakesNeighboursMoreAlike() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            InversionEncoder encoder = new InversionEncoder(new InversionEncoder.Config(Tiny.W, Tiny.BACKBONE));
            StyleInV motion = new StyleInV(Tiny.MOTION);
            FrozenEncoder inverter = new FrozenEncoder(encoder, encoder.initialize(manager, 1));
            SmoothStage.Config config = new SmoothStage.Config(4, 0.002, 4, 400);
            try (SmoothStage stage = new SmoothStage(
                    frozen(manager), inverter, motion, motion.initialize(manager, 5), config, data, 3)) {
                double change = 0;
                double before = 0;
                for (int step = 0; step < 80; step++) {
                    Map<String, Double> losses = stage.step(step).losses();
                    if (step >= 40) {
                        change += losses.get("change");
                        before += losses.get("change_before");
                    }
                }
                assertTrue(change < before / 2, change + " of " + before);
            }
        }
    }

    @Test
    void aSnapshotOfOtherSettingsIsRefusedByName() throws IOException {
        Path run = folder.resolve("other");
        train(run, 1, stage(Tiny.GENERATOR));
        Generator.Config wider = new Generator.Config(Tiny.W, 3, Tiny.GENERATOR.synthesis());
        IOException refusal = assertThrows(IOException.class, () -> train(run, 2, stage(wider)));
        assertTrue(refusal.getMessage().contains("g.mapping.fc2.weight"), refusal.getMessage());
    }

    @Test
    void whatWasLearntIsKeptWhereNobodyHearsOfItAnyMore() throws IOException {
        Path run = folder.resolve("unheard");
        try (Stage stage = stage(Tiny.GENERATOR)) {
            TrainingRun training = new TrainingRun(
                    stage, new TrainingRun.Config(run, 3 * stage.batch() / 1000.0, 0, 1e9, 2, Map.of()));
            RuntimeException lost = new IllegalStateException("the disk of standard output is full");
            assertSame(
                    lost,
                    assertThrows(
                            IllegalStateException.class,
                            () -> training.run(tick -> {
                                throw lost;
                            })));
            assertEquals(1, training.ended());
        }
        assertTrue(Files.exists(TrainingRun.snapshot(run)), "the step before was not saved");
    }

    private interface Maker {
        Stage make();
    }

    /** Of a quick probability, which moves at the fourth step: from what steps before and after the cut saw. */
    private static Augmentation.Config augmentation(Augmentation.Mode mode) {
        return mode == Augmentation.Mode.NOAUG
                ? Augmentation.Config.NONE
                : new Augmentation.Config(mode, 0.3, 0.6, 0.1, AugmentPipe.BGC);
    }

    private static void assertResumesExactly(String name, Maker maker) throws IOException {
        assertResumesExactly(name, "", maker);
    }

    private static void assertResumesExactly(String name, String variant, Maker maker) throws IOException {
        Map<String, float[]> whole = train(folder.resolve(name + variant + "-whole"), 6, maker.make());
        Path run = folder.resolve(name + variant + "-cut");
        train(run, 3, maker.make());
        Map<String, float[]> cut = train(run, 6, maker.make());
        if (whole.containsKey("ada.p")) {
            assertNotEquals(0.3f, whole.get("ada.p")[0], "p did not adapt");
        }
        assertEquals(whole.keySet(), cut.keySet());
        whole.forEach((key, values) -> assertArrayEquals(values, cut.get(key), key));
        assertTrue(Files.exists(run.resolve("pictures/" + name + "-000000.png")));
        assertEquals(name.equals("motion"), Files.exists(run.resolve("clips/" + name + "-000000.mp4")));
        assertEquals(Set.of("encoder", "joint").contains(name), Files.exists(run.resolve("best.safetensors")));
    }

    private static Map<String, float[]> train(Path run, int steps, Stage stage) throws IOException {
        try (stage) {
            List<Tick> ticks = new ArrayList<>();
            new TrainingRun(stage, new TrainingRun.Config(run, steps * stage.batch() / 1000.0, 1e9, 1e9, 2, Map.of()))
                    .run(ticks::add);
            assertEquals(stage.name(), ticks.get(ticks.size() - 1).stage());
            Map<String, float[]> state = new HashMap<>();
            for (Map.Entry<String, NDArray> entry : stage.state().entrySet()) {
                state.put(entry.getKey(), entry.getValue().toFloatArray());
            }
            return state;
        }
    }

    private static StyleStage style(NDManager manager) {
        FrozenGenerator parent = frozen(manager);
        return new StyleStage(
                parent.network(),
                parent.weights(),
                new Discriminator(Tiny.CRITIC),
                Beginning.FRESH,
                List.of(Term.structure(3)),
                new StyleStage.Config(
                        0.0025,
                        new Critic.Config(4, 0.0025, 1, 2, augmentation(Augmentation.Mode.ADA)),
                        0,
                        16,
                        0.9,
                        1,
                        0,
                        true,
                        true,
                        Noise.Mode.RANDOM),
                data,
                3);
    }

    private static GeneratorStage stage(Generator.Config config) {
        return new GeneratorStage(
                config,
                Tiny.CRITIC,
                new GeneratorStage.Config(
                        4,
                        0.0025,
                        1,
                        2,
                        0.9,
                        1,
                        0.05,
                        Precision.FLOAT32,
                        true,
                        0,
                        4,
                        Augmentation.Config.NONE,
                        true,
                        Noise.Mode.CONST,
                        0),
                data,
                3,
                Beginning.FRESH,
                Beginning.FRESH,
                Devices.one());
    }

    private static FrozenGenerator frozen(NDManager manager) {
        Generator network = new Generator(Tiny.GENERATOR);
        return new FrozenGenerator(network, network.initialize(manager, 9));
    }
}
