package org.styleinv.network.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

class ModelFolderTest {
    private static final IrSeBackbone.Config BACKBONE =
            new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
    private static final Architecture ARCHITECTURE = new Architecture(
            new Generator.Config(8, 2, new SynthesisNetwork.Config(8, 16, 128, 16, true, 256)),
            new InversionEncoder.Config(8, BACKBONE),
            new StyleInV.Config(BACKBONE, new TemporalStyle.Config(8, 8, 32, 8, 4, 8, 32, 11)));
    private static final TrainingRecord TRAINING =
            new TrainingRecord("faces sha256:0", 30, 1, "abc", Map.of("generator", 1.5), Map.of(), "CC0-1.0");

    @TempDir
    private Path folder;

    private final NDManager manager = NDManager.newBaseManager();
    private final Weights generator = new Generator(ARCHITECTURE.generator()).initialize(manager, 1);
    private final Weights encoder = new InversionEncoder(ARCHITECTURE.encoder()).initialize(manager, 2);
    private final Weights motion = new StyleInV(ARCHITECTURE.motion()).initialize(manager, 3);
    private ModelFolder model;

    @BeforeEach
    void write() throws IOException {
        model = ModelFolder.write(folder, "tiny", ARCHITECTURE, TRAINING, generator, encoder, motion);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static void assertSame(Weights expected, Weights actual) {
        assertEquals(expected.names(), actual.names());
        for (String name : expected.names()) {
            assertArrayEquals(
                    expected.get(name).toFloatArray(), actual.get(name).toFloatArray(), name);
            assertEquals(expected.get(name).getShape(), actual.get(name).getShape(), name);
        }
    }

    private static void assertRefused(Executable load, String... parts) {
        String message = assertThrows(IOException.class, load).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void directionsAreKeptUnderTheDigest() throws IOException {
        assertEquals(Set.of(), model.directions().names());
        float[] smile = {1, -2, 3, 0, 0, 0, 0, 0.5f};
        ModelFolder with = ModelFolder.writeDirections(folder, new Directions(Map.of("smile", smile)));
        assertArrayEquals(smile, with.directions().get("smile").orElseThrow());
        assertNotEquals(model.digest(), with.digest());
        ModelJudge.verify(with);
        ModelFolder other = ModelFolder.writeDirections(folder, new Directions(Map.of("smile", new float[8])));
        assertNotEquals(with.digest(), other.digest());
        Files.write(folder.resolve(Directions.FILE), new byte[100]);
        assertRefused(() -> ModelFolder.open(folder).directions(), "directions.safetensors");
    }

    @Test
    void directionsThatAreNoneOfThisModelLeaveItAsItIs() throws IOException {
        for (var wrong :
                List.of(Map.of("smile", new float[7]), Map.of("smile", new float[] {Float.NaN, 0, 0, 0, 0, 0, 0, 0}))) {
            assertRefused(
                    () -> ModelFolder.writeDirections(folder, new Directions(wrong)),
                    "directions.safetensors",
                    "smile");
            assertEquals(model.digest(), ModelFolder.open(folder).digest());
            assertTrue(Files.notExists(folder.resolve(Directions.FILE)));
        }
        assertThrows(IllegalArgumentException.class, () -> new Directions(Map.of("Big Smile", new float[8])));
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        ModelFolder read = ModelFolder.open(folder);
        assertEquals("tiny", read.name());
        assertEquals(ARCHITECTURE, read.architecture());
        assertEquals(TRAINING, read.training());
        assertSame(generator, read.loadGenerator(manager));
        assertSame(encoder, read.loadEncoder(manager));
        assertSame(motion, read.loadMotion(manager));
    }

    @Test
    void digestNamesWhatIsComputed() throws IOException {
        TrainingRecord other = new TrainingRecord("", 25, 2, "def", Map.of(), Map.of("fid50k", 7.0), "MIT");
        assertEquals(64, model.digest().length());
        assertEquals(
                model.digest(),
                ModelFolder.write(folder, "other", ARCHITECTURE, other, generator, encoder, motion)
                        .digest());
        assertNotEquals(
                model.digest(),
                ModelFolder.write(
                                folder,
                                "tiny",
                                ARCHITECTURE,
                                TRAINING,
                                generator,
                                encoder,
                                new StyleInV(ARCHITECTURE.motion()).initialize(manager, 4))
                        .digest());
    }

    /** Of before there were precisions. */
    @ParameterizedTest
    @CsvSource({
        "faces-64, 0472267768abc47db1956e3ca1ed93d7db33050453c763775401380be999fae6",
        "heads-128, 22bfae7e9b7f2bd9fce344cad3b490a341070fdba45c990b707fcacc511ec6d6"
    })
    void modelsInFloat32HaveTheDigestsThatTheyHad(String name, String digest) throws IOException {
        ModelFolder shipped = ModelFolder.open(Path.of("..", "models", name));
        assertEquals(Precision.FLOAT32, shipped.precision());
        assertEquals(digest, shipped.digest());
    }

    @Test
    void aPrecisionIsAnotherModelOfTheSameWeights() throws IOException {
        model.writeVariant("sketch", TRAINING, new Generator(ARCHITECTURE.generator()).initialize(manager, 5));
        String digest = model.digest();
        String sketch = model.variantDigest("sketch");
        Set<String> digests = new HashSet<>();
        for (Precision precision : Precision.values()) {
            ModelFolder half = model.writePrecision(precision, TRAINING);
            assertEquals(precision, half.precision());
            assertEquals(64, half.digest().length());
            assertEquals(64, half.variantDigest("sketch").length());
            digests.add(half.digest());
            digests.add(half.variantDigest("sketch"));
            assertSame(generator, half.loadGenerator(manager));
            ModelJudge.judge(half);
        }
        assertEquals(6, digests.size());
        ModelFolder.writeDirections(folder, new Directions(Map.of("smile", new float[8])));
        assertEquals(Precision.FLOAT16, ModelFolder.open(folder).precision());
        Files.delete(folder.resolve(Directions.FILE));

        ModelFolder back = model.writePrecision(Precision.FLOAT32, TRAINING);
        assertEquals(digest, back.digest());
        assertEquals(sketch, back.variantDigest("sketch"));
        assertFalse(Files.readString(folder.resolve("model.json")).contains("precision"));
    }

    @Test
    void aModelMayHaveAGeneratorAlone() throws IOException {
        Architecture alone = new Architecture(ARCHITECTURE.generator(), null, null);
        ModelFolder.write(folder, "tiny", alone, TRAINING, generator, null, null);
        ModelFolder read = ModelFolder.open(folder);
        assertEquals(alone, read.architecture());
        assertRefused(() -> read.loadMotion(manager), "has no motion.safetensors");
    }

    @Test
    void refusesAFileThatWasReplaced() throws IOException {
        new Generator(ARCHITECTURE.generator()).initialize(manager, 9).save(folder.resolve("generator.safetensors"));
        assertRefused(() -> model.loadGenerator(manager), "generator.safetensors", "SHA-256");
    }

    @Test
    void refusesAMissingFolderOrFileOrADamagedRecord() throws IOException {
        assertRefused(() -> ModelFolder.open(folder.resolve("none")), "model.json is missing");
        Files.delete(folder.resolve("motion.safetensors"));
        assertRefused(() -> model.loadMotion(manager), "motion.safetensors is missing");
        Files.writeString(folder.resolve("model.json"), "{\"format\": ");
        assertRefused(() -> ModelFolder.open(folder), "model.json is not a valid record");
    }

    @Test
    void keepsVariantsThatFitTheGenerator() throws IOException {
        Weights sketch = new Generator(ARCHITECTURE.generator()).initialize(manager, 5);
        model.writeVariant("sketch", TRAINING, sketch);
        assertEquals(List.of("sketch"), model.variants());
        assertEquals(64, model.variantDigest("sketch").length());
        assertEquals(TRAINING, model.variantTraining("sketch"));
        assertSame(sketch, model.loadVariant(manager, "sketch"));
        assertRefused(() -> model.loadVariant(manager, "comic"), "no variant comic", "[sketch]");

        ModelFolder retrained = ModelFolder.write(
                folder,
                "tiny",
                ARCHITECTURE,
                TRAINING,
                new Generator(ARCHITECTURE.generator()).initialize(manager, 6),
                encoder,
                motion);
        assertRefused(() -> retrained.loadVariant(manager, "sketch"), "tuned from the generator");
        assertThrows(IllegalArgumentException.class, () -> model.loadVariant(manager, "../motion"));
    }

    @Test
    void refusesWeightsOfAnotherArchitecture() throws IOException {
        Path file = folder.resolve("w.safetensors");
        Layer network = new Generator(ARCHITECTURE.generator());
        Layer wider = new Generator(new Generator.Config(8, 2, new SynthesisNetwork.Config(8, 16, 256, 16, true, 256)));
        Layer deeper = new Generator(
                new Generator.Config(8, 3, ARCHITECTURE.generator().synthesis()));

        wider.initialize(manager, 1).save(file);
        assertRefused(() -> Weights.load(manager, file, network), "w.safetensors", "b16.conv0.weight has shape");
        deeper.initialize(manager, 1).save(file);
        assertRefused(() -> Weights.load(manager, file, network), "mapping.fc2.weight is not one of");
        generator.save(file);
        assertRefused(() -> Weights.load(manager, file, deeper), "mapping.fc2.weight is missing", "2 in all");
    }

    @Test
    void refusesValuesThatAreNotFinite() throws IOException {
        Path file = folder.resolve("w.safetensors");
        generator.put("mapping.fc1.bias", new float[] {0, 0, 0, Float.NaN, 0, 0, 0, 0}, 8);
        generator.save(file);
        assertRefused(
                () -> Weights.load(manager, file, new Generator(ARCHITECTURE.generator())),
                "mapping.fc1.bias holds NaN");
    }

    @Test
    void refusesADamagedFileWhateverIsWrongWithIt() throws IOException {
        Path file = folder.resolve("generator.safetensors");
        byte[] whole = Files.readAllBytes(file);
        Layer network = new Generator(ARCHITECTURE.generator());
        for (int length : new int[] {0, 7, 8, 100, whole.length / 2, whole.length - 1}) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertRefused(() -> Weights.load(manager, file, network), "generator.safetensors");
        }
        java.util.Random random = new java.util.Random(7);
        for (int i = 0; i < 50; i++) { // a flipped bit of the header is refused or harmless, never another error
            byte[] damaged = whole.clone();
            damaged[random.nextInt(2000)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            try {
                Weights.load(manager, file, network).close();
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("generator.safetensors"), e.getMessage());
            }
        }
    }

    /** Seconds of the thread, not of the clock: the machine may be busy with other things. */
    @Test
    @Tag("long")
    void loadsAWholeModelOf256InLessThanThreeSeconds() throws IOException {
        var backbone = new IrSeBackbone.Config(List.of(64, 128, 256, 512));
        var style = new TemporalStyle.Config(512, 512, 128, 16, 256, 16, 1024, 11);
        var whole = new Architecture(
                new Generator.Config(512, 8, new SynthesisNetwork.Config(512, 256, 16384, 512, true, 256)),
                new InversionEncoder.Config(512, backbone),
                new StyleInV.Config(backbone, style));
        ModelFolder written = ModelFolder.write(
                folder.resolve("whole"),
                "whole",
                whole,
                TRAINING,
                new Generator(whole.generator()).initialize(manager, 1),
                new InversionEncoder(whole.encoder()).initialize(manager, 2),
                new StyleInV(whole.motion()).initialize(manager, 3));
        var clock = java.lang.management.ManagementFactory.getThreadMXBean();
        double seconds = 0;
        for (int i = 0; i < 2; i++) { // the second time is warm
            long start = clock.getCurrentThreadCpuTime();
            written.loadGenerator(manager).close();
            written.loadEncoder(manager).close();
            written.loadMotion(manager).close();
            seconds = (clock.getCurrentThreadCpuTime() - start) / 1e9;
        }
        System.out.printf(Locale.ROOT, "a whole model of 256 x 256 loads in %.2f s of one core%n", seconds);
        assertTrue(seconds < 3, "it took " + seconds + " s");
    }
}
