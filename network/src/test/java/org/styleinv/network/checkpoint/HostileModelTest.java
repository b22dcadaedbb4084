package org.styleinv.network.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Bad model folders: each is refused at once, in one sentence that names it. */
class HostileModelTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(30); // of a machine that does ten other things

    private static final IrSeBackbone.Config BACKBONE =
            new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
    private static final Architecture ARCHITECTURE = new Architecture(
            new Generator.Config(8, 2, new SynthesisNetwork.Config(8, 16, 128, 16, true, 256)),
            new InversionEncoder.Config(8, BACKBONE),
            new StyleInV.Config(BACKBONE, new TemporalStyle.Config(8, 8, 32, 8, 4, 8, 32, 11)));
    private static final TrainingRecord TRAINING =
            new TrainingRecord("faces", 30, 1, "abc", Map.of(), Map.of(), "CC0-1.0");

    @TempDir
    private Path folder;

    private Path model;
    private Path record;

    @BeforeEach
    void write() throws IOException {
        model = folder.resolve("model");
        record = model.resolve("model.json");
        try (NDManager manager = NDManager.newBaseManager()) {
            ModelFolder.write(
                    model,
                    "tiny",
                    ARCHITECTURE,
                    TRAINING,
                    new Generator(ARCHITECTURE.generator()).initialize(manager, 1),
                    new InversionEncoder(ARCHITECTURE.encoder()).initialize(manager, 2),
                    new StyleInV(ARCHITECTURE.motion()).initialize(manager, 3));
        }
    }

    private String assertRefused(String... words) {
        return assertTimeoutPreemptively(AT_ONCE, () -> {
            FileRefused refused = assertThrows(FileRefused.class, () -> ModelJudge.judge(ModelFolder.openParts(model)));
            String message = refused.getMessage();
            for (String word : words) {
                assertTrue(message.contains(word), message);
            }
            assertTrue(message.chars().noneMatch(Character::isISOControl), message);
            assertTrue(message.length() < 1000, message);
            return message;
        });
    }

    private void replace(String from, String to) throws IOException {
        String text = Files.readString(record);
        assertTrue(text.contains(from), from);
        Files.writeString(
                record,
                text.replaceFirst(java.util.regex.Pattern.quote(from), java.util.regex.Matcher.quoteReplacement(to)));
    }

    @Test
    void aGoodOneIsGood() throws IOException {
        assertEquals(List.of("encoder", "generator", "motion"), ModelJudge.judge(ModelFolder.open(model)));
    }

    /** Every number of the architecture: too small, too large, no number, no whole number, none at all. */
    @ParameterizedTest
    @CsvSource({
        "zDim, 8",
        "mappingLayers, 2",
        "wDim, 8",
        "resolution, 16",
        "channelBase, 128",
        "channelMax, 16",
        "clipLength, 32",
        "anchorDistance, 8",
        "frequencies, 4",
        "kernel, 11",
        "convClamp, 256.0",
        "minPeriod, 8.0",
        "maxPeriod, 32.0",
        "reach, 0.0",
        "fps, 30.0"
    })
    void everyNumberHasBounds(String name, String value) throws IOException {
        String good = Files.readString(record);
        boolean whole = !value.contains(".");
        for (String bad : List.of(
                "-1",
                "1000000000",
                "2147483647",
                "2147483648",
                "99999999999999999999",
                "1e999",
                "-1e308",
                "\"" + value + "\"",
                "\"NaN\"",
                "NaN",
                "null",
                "true",
                "[]",
                "{}",
                whole ? "7.5" : "\"Infinity\"")) {
            Files.writeString(record, good);
            replace("\"" + name + "\" : " + value, "\"" + name + "\" : " + bad);
            String message = assertRefused("model.json");
            assertFalse(message.contains("Exception"), message);
        }
        Files.writeString(record, good);
        replace("\"" + name + "\" : " + value, "\"" + name + "\" : " + value + ", \"" + name + "\" : " + value);
        assertRefused("model.json", "uplicate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"half\"", "\"BFLOAT16\"", "\"\"", "\"a\\u001bb\"", "16", "true", "[]", "{}"})
    void precisionsAreThreeWords(String precision) throws IOException {
        replace("\"training\"", "\"precision\" : " + precision + ", \"training\"");
        String message = assertRefused("model.json");
        if (precision.equals("\"half\"")) {
            assertEquals(
                    record
                            + " is not a valid record: there is no precision \"half\": there are float32, bfloat16, float16",
                    message);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1000000, 1000000, 1000000, 1000000",
                "1, 1, 1, 2147483647",
                "1, 1, 1",
                "",
                "1, 1, 1, 1, 1",
                "null, 1, 1, 1",
                "1, 1, 1, 1.5",
                "\"1\", 1, 1, 1",
                "65, 64, 64, 64"
            })
    void unitsAreFourSmallNumbers(String units) throws IOException {
        replace("[ 1, 1, 1, 1 ]", "[ " + units + " ]");
        assertRefused("model.json");
    }

    @Test
    void widthsAndTheSumOfAllHaveBounds() throws IOException {
        String good = Files.readString(record);
        for (String widths : List.of("16, 16, 16, 4097", "4096, 4096, 4096, 4096", "15, 16, 16, 16")) {
            Files.writeString(record, good);
            replace("[ 16, 16, 16, 16 ]", "[ " + widths + " ]");
            assertRefused("model.json");
        }
    }

    @Test
    void recordsThatAreNoRecordsAreRefused() throws IOException {
        String good = Files.readString(record);
        for (String bad : List.of(
                "",
                "null",
                "[]",
                "7",
                "{",
                good + good,
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000),
                good.replace("\"tiny\"", "\"" + "x".repeat(2 << 20) + "\""),
                good.replace("\"tiny\"", "\"" + "x".repeat(300) + "\""),
                good.replace("styleinv-model/1", "x\\u001b[2J\\nx".repeat(1000)),
                good.replace("\"training\"", "\"trainin\\u001bg\""),
                good.replace("\"kimg\" : { }", "\"kimg\" : null"))) {
            Files.writeString(record, bad);
            assertRefused("model.json");
        }
        byte[] noText = good.getBytes(StandardCharsets.UTF_8);
        noText[20] = (byte) 0xff;
        Files.write(record, noText);
        assertRefused("model.json");
    }

    /** A pipe makes its reader wait for ever, a device has no end; in the place of any file of a folder. */
    @Test
    void whatIsNoFileIsNeverOpened() throws Exception {
        for (String file :
                List.of("model.json", "generator.safetensors", "encoder.safetensors", "motion.safetensors")) {
            Path place = model.resolve(file);
            Path good = Files.move(place, folder.resolve("good"));
            assertRefused(file, "is missing");
            Files.createSymbolicLink(place, Path.of("/dev/zero"));
            assertRefused(file, "a device, pipe or socket");
            Files.delete(place);
            assertEquals(
                    0, new ProcessBuilder("mkfifo", place.toString()).start().waitFor());
            assertRefused(file, "a device, pipe or socket");
            Files.delete(place);
            Files.createSymbolicLink(place, place);
            assertRefused(file);
            Files.delete(place);
            Files.createDirectory(place);
            assertRefused(file, "a folder");
            Files.delete(place);
            Files.move(good, place);
        }
    }

    /** Linux shows them as ordinary files of no bytes; who reads the first waits for ever, the second is an error. */
    @ParameterizedTest
    @ValueSource(strings = {"/proc/kmsg", "/proc/self/mem", "/proc/self/environ"})
    void whatOnlyLooksLikeAFileIsNotRead(String odd) throws IOException {
        assumeTrue(Files.isRegularFile(Path.of(odd)));
        for (String file : List.of("motion.safetensors", "model.json")) {
            Path place = model.resolve(file);
            Path good = Files.move(place, folder.resolve("good"));
            Files.createSymbolicLink(place, Path.of(odd));
            assertRefused(file);
            Files.delete(place);
            Files.move(good, place);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400", "null", "{}", "\"NaN\""})
    void figuresOfATrainingAreNumbers(String bad) throws IOException {
        String good = Files.readString(record);
        for (String map : List.of("kimg", "metrics")) {
            Files.writeString(record, good);
            replace("\"" + map + "\" : { }", "\"" + map + "\" : {\"a\": " + bad + "}");
            assertRefused("model.json", "training");
        }
    }

    @Test
    void aModelAndAVariantWhosePublishersWereKilledAreReadAgain() throws IOException {
        ModelFolder whole = ModelFolder.open(model);
        try (NDManager manager = NDManager.newBaseManager();
                Weights weights = whole.loadGenerator(manager)) {
            whole.writeVariant("sketch", TRAINING, weights);
        }
        Path variants = model.resolve("variants");
        Files.move(variants.resolve("sketch"), variants.resolve(".sketch.old-" + UUID.randomUUID()));
        Files.move(model, folder.resolve(".model.old-" + UUID.randomUUID()));
        Files.createDirectories(
                folder.resolve(".model.new-" + UUID.randomUUID()).resolve("half"));
        assertEquals(List.of("sketch"), ModelFolder.open(model).variants());
        assertEquals(
                List.of("encoder", "generator", "motion", "variant sketch"), ModelJudge.judge(ModelFolder.open(model)));
    }

    @Test
    void finiteWeightsThatOverflowAreRefusedWhicheverNetworkTheyAreOf() throws IOException {
        Map<String, org.styleinv.network.Layer> networks = Map.of(
                "generator", new Generator(ARCHITECTURE.generator()),
                "encoder", new InversionEncoder(ARCHITECTURE.encoder()),
                "motion", new StyleInV(ARCHITECTURE.motion()));
        for (String huge : networks.keySet()) {
            try (NDManager manager = NDManager.newBaseManager()) {
                Map<String, Weights> weights = new java.util.TreeMap<>();
                networks.forEach((name, layer) -> weights.put(name, layer.initialize(manager, 1)));
                for (String name : List.copyOf(weights.get(huge).names())) {
                    float[] values = weights.get(huge).get(name).toFloatArray();
                    Arrays.fill(values, 3e38f);
                    weights.get(huge)
                            .put(
                                    name,
                                    values,
                                    weights.get(huge).get(name).getShape().getShape());
                }
                ModelFolder.write(
                        model,
                        "huge",
                        ARCHITECTURE,
                        TRAINING,
                        weights.get("generator"),
                        weights.get("encoder"),
                        weights.get("motion"));
            }
            assertRefused("its " + huge + " makes", "diverged");
        }
    }

    /** Float16 ends at 65504; the other two do not. */
    @Test
    void aPictureThatFloat16CannotHoldIsRefusedThereAlone() throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            Weights generator = new Generator(ARCHITECTURE.generator()).initialize(manager, 1);
            float[] bright = new float[3 * 8];
            Arrays.fill(bright, 1e6f);
            String last = "synthesis.b16.torgb.weight";
            generator.put(last, bright, generator.get(last).getShape().getShape());
            ModelFolder.write(
                    model,
                    "bright",
                    new Architecture(ARCHITECTURE.generator(), null, null),
                    TRAINING,
                    generator,
                    null,
                    null);
        }
        ModelFolder bright = ModelFolder.open(model);
        for (Precision wide : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
            ModelJudge.judge(bright.writePrecision(wide, TRAINING));
        }
        bright.writePrecision(Precision.FLOAT16, TRAINING);
        assertRefused("its generator makes", "in float16: serve it in float32");
    }

    private static byte[] safetensors(String header, int values) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + values)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    private static String tensor(String name, String type, String shape, String place) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + place + "}";
    }

    @Test
    void headersThatLieAreRefused() throws IOException {
        String good = tensor("a", "F32", "[2]", "[0,8]");
        Path file = folder.resolve("x.safetensors");
        Files.write(file, safetensors("  {" + good + ",\"__metadata__\":{\"a\":\"b\"}}   \n", 8));
        assertEquals(1, SafeTensors.list(file).size(), "blanks and metadata are fine");
        Files.write(file, safetensors("{" + good + ",\"__metadata__\":{\"a\":1,\"b\":{\"c\":[2]},\"d\":\"e\"}}", 8));
        assertEquals(Map.of("a", "1", "d", "e"), SafeTensors.metadata(file));
        Files.write(file, safetensors("{\"__metadata__\":[{\"a\":\"b\"}]," + good + "}", 8));
        assertEquals(Map.of(), SafeTensors.metadata(file));
        StringBuilder talk = new StringBuilder("{" + good + ",\"__metadata__\":{");
        for (int i = 0; i < 600_000; i++) {
            talk.append(i == 0 ? "" : ",").append('"').append(i).append("\":\"\"");
        }
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 90_000; i++) {
            many.append(i == 0 ? "" : ",").append(tensor("t" + i, "F32", "[0]", "[0,0]"));
        }
        for (String bad : List.of(
                many + "}",
                talk + "}}",
                "{" + good + ",\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}",
                "{" + good + ",\"__metadata__\":{\"a\":\"b\"",
                "{" + good + "," + good + "}",
                "{" + good + "}{}",
                "{" + good,
                "[" + good + "]",
                "{" + tensor("a", "F32", "[2.0]", "[0,8]") + "}",
                "{" + tensor("a", "F32", "[\"2\"]", "[0,8]") + "}",
                "{" + tensor("a", "F32", "[4294967298]", "[0,8]") + "}",
                "{" + tensor("a", "F32", "[-2]", "[0,-8]") + "}",
                "{" + tensor("a", "F32", "2", "[0,8]") + "}",
                "{" + tensor("a", "F8", "[8]", "[0,8]") + "}",
                "{" + tensor("a", "F32", "[" + "1,".repeat(1_000_000) + "2]", "[0,8]") + "}",
                "{" + tensor("a", "F32", "[2]", "[0,9223372036854775807]") + "}",
                "{" + tensor("a", "F32", "[2]", "[8,0]") + "}",
                "{" + tensor("a", "F32", "[1]", "[4,8]") + "}",
                "{" + tensor("a", "F32", "[1]", "[0,4]") + "}",
                "{" + tensor("n".repeat(1000), "F32", "[2]", "[0,8]") + "}",
                "{" + good + "," + tensor("b", "F32", "[1]", "[4,8]") + "}",
                "{\"a\":" + "[".repeat(100_000) + "}",
                "{\"a\":7}",
                "{\"a\":null}")) {
            Files.write(file, safetensors(bad, 8));
            assertTimeoutPreemptively(AT_ONCE, () -> {
                FileRefused refused =
                        assertThrows(FileRefused.class, () -> SafeTensors.list(file), bad.length() > 200 ? "" : bad);
                assertTrue(refused.getMessage().contains("x.safetensors"), refused.getMessage());
            });
        }
        for (long length : new long[] {-1, 0, 1, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
            Files.write(
                    file,
                    ByteBuffer.allocate(100)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(length)
                            .array());
            assertThrows(FileRefused.class, () -> SafeTensors.list(file));
        }
    }

    @Test
    void otherTypesThanFloat32AreSaidByVerify() throws IOException {
        Path file = model.resolve("generator.safetensors");
        List<SafeTensors.Source> sources = SafeTensors.sources(file).stream()
                .map(source -> new SafeTensors.Source(
                        new SafeTensors.Entry(
                                source.entry().name(),
                                SafeTensors.Type.BF16,
                                source.entry().shape()),
                        () -> ByteBuffer.allocate((int) source.entry().bytes() / 2)))
                .toList();
        ModelFolder.write(
                model,
                "half",
                new Architecture(ARCHITECTURE.generator(), null, null),
                TRAINING,
                Map.of("generator", sources));
        assertRefused("generator.safetensors", "of BF16");
    }

    @Test
    void variantsOfBadNamesOrTooManyAreRefused() throws IOException {
        Path variants = Files.createDirectories(model.resolve("variants"));
        Files.createDirectories(variants.resolve("Bad Name"));
        Files.writeString(variants.resolve("Bad Name/variant.json"), "{}");
        assertRefused("Bad Name");
        for (int i = 0; i < 70; i++) {
            Files.createDirectories(variants.resolve("v" + i));
            Files.writeString(variants.resolve("v" + i + "/variant.json"), "{}");
        }
        assertRefused("more than 64 variants");
    }
}
