package org.styleinv.network.checkpoint.published;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.Constants;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;
import org.styleinv.network.checkpoint.Modules;
import org.styleinv.network.checkpoint.torch.PickleWriter;
import org.styleinv.network.checkpoint.torch.Py;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.parity.Fixtures;
import org.styleinv.network.parity.fixture.Npz;

class PublishedTest {
    @TempDir
    private Path temporary;

    private ModelFolder importAll(byte[]... files) throws IOException {
        List<Published> open = new ArrayList<>();
        try {
            for (byte[] bytes : files) {
                open.add(Published.open(Files.write(temporary.resolve(open.size() + ".pkl"), bytes)));
            }
            return ModelFiles.importAll(open, temporary.resolve("model"), (done, total) -> {});
        } finally {
            for (Published file : open) {
                file.close();
            }
        }
    }

    private static Map<String, byte[]> tensors(Path file) throws IOException {
        Map<String, byte[]> tensors = new LinkedHashMap<>();
        SafeTensors.read(file, (entry, values) -> {
            byte[] bytes = new byte[values.remaining()];
            values.get(bytes);
            tensors.put(entry.name(), bytes);
        });
        return tensors;
    }

    private static void assertTensors(Map<String, byte[]> expected, Path file) throws IOException {
        Map<String, byte[]> actual = tensors(file);
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), name));
    }

    private static void assertImported(Modules modules, ModelFolder model, Set<String> networks) throws IOException {
        assertEquals(networks, modules.expected.keySet());
        assertEquals(
                new TreeSet<>(networks)
                        .stream().map(name -> name + ".safetensors").toList(),
                model.files());
        for (String network : networks) {
            assertTensors(modules.expected.get(network), model.folder().resolve(network + ".safetensors"));
            model.verify(network + ".safetensors");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void importsStyleGan2BitByBit(int protocol) throws IOException {
        Modules modules = new Modules(protocol);
        ModelFolder model = importAll(PickleWriter.write(protocol, modules.styleGan2()));
        assertImported(modules, model, Set.of("generator", "discriminator"));
        assertEquals(new Architecture(Modules.GENERATOR, null, null), model.architecture());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void importsPspBitByBit(int protocol) throws IOException {
        Modules modules = new Modules(protocol);
        ModelFolder model = importAll(PickleWriter.write(protocol, modules.pSp()));
        assertImported(modules, model, Set.of("generator", "encoder"));
        assertEquals(new Architecture(Modules.GENERATOR, Modules.ENCODER, null), model.architecture());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void importsStyleInVBitByBit(int protocol) throws IOException {
        Modules modules = new Modules(protocol);
        ModelFolder model = importAll(PickleWriter.write(protocol, modules.styleInV()));
        assertImported(modules, model, Set.of("generator", "motion", "video_discriminator"));
        assertEquals(new Architecture(Modules.GENERATOR, null, Modules.MOTION), model.architecture());
        assertEquals(30, model.training().fps());
    }

    @ParameterizedTest
    @CsvSource({
        "stylegan2,generator,generator",
        "stylegan2,discriminator,discriminator",
        "psp,generator,generator",
        "psp,encoder,encoder",
        "styleinv,generator,generator",
        "styleinv,motion,styleinv",
        "styleinv,video_discriminator,video_discriminator"
    })
    @EnabledIfSystemProperty(
            named = "styleinv.golden",
            matches = ".+",
            disabledReason = "the pickles are too large to store")
    void importsTheGivenPicklesToTheirWeights(String pickle, String network, String weights) throws IOException {
        Path golden = Fixtures.folder();
        try (Published file = Published.open(golden.resolve(pickle + "-nosource.pkl"))) {
            ModelFolder model = ModelFiles.importAll(List.of(file), temporary.resolve("model"), (done, total) -> {});
            Npz expected = Npz.open(golden.resolve(weights + "_weights.npz"));
            Set<String> names = new TreeSet<>();
            SafeTensors.read(model.folder().resolve(network + ".safetensors"), (entry, values) -> {
                names.add(entry.name());
                Npz.Array array = expected.get(entry.name());
                assertArrayEquals(array.shape(), entry.shape(), entry.name());
                for (double value : array.values()) {
                    assertEquals(
                            value,
                            entry.type() == SafeTensors.Type.I64 ? values.getLong() : values.getFloat(),
                            entry.name());
                }
            });
            assertEquals(new TreeSet<>(expected.names()), names);
        }
    }

    @Test
    void joinsFilesThatBelongTogether() throws IOException {
        Map<String, Object> pSp = new Modules(1).pSp();
        Modules modules = new Modules(2);
        Map<String, Object> styleInV = modules.styleInV();
        assertThrows(FileRefused.class, () -> importAll(PickleWriter.write(4, pSp), PickleWriter.write(4, styleInV)));
        assertTrue(Files.notExists(temporary.resolve("model")));
        pSp.put("G", styleInV.get("G"));
        ModelFolder model = importAll(PickleWriter.write(4, pSp), PickleWriter.write(4, styleInV));
        assertEquals(new Architecture(Modules.GENERATOR, Modules.ENCODER, Modules.MOTION), model.architecture());
    }

    @Test
    void exportsThePublishedNames() throws IOException {
        Modules modules = new Modules(3);
        ModelFolder model = importAll(PickleWriter.write(4, modules.pSp()));
        List<Path> files = ModelFiles.export(model, temporary.resolve("out"));
        assertTensors(modules.expected.get("encoder"), files.get(0));
        Map<String, byte[]> generator = tensors(files.get(1));
        Set<String> constants = new TreeSet<>(generator.keySet());
        constants.removeAll(modules.expected.get("generator").keySet());
        // as official_state_dict_keys of the method's description lists them: a block's own and each convolution's
        assertEquals(
                new TreeSet<>(List.of(
                        "synthesis.b4.resample_filter",
                        "synthesis.b4.conv1.resample_filter",
                        "synthesis.b8.resample_filter",
                        "synthesis.b8.conv0.resample_filter",
                        "synthesis.b8.conv1.resample_filter",
                        "synthesis.b16.resample_filter",
                        "synthesis.b16.conv0.resample_filter",
                        "synthesis.b16.conv1.resample_filter")),
                constants);
        assertEquals(
                1 / 64f,
                ByteBuffer.wrap(generator.get("synthesis.b4.resample_filter"))
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getFloat());
    }

    private static Map<String, long[]> alexNet() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        long width = 3;
        int[] places = {0, 3, 6, 8, 10};
        int[] kernels = {11, 5, 3, 3, 3};
        for (int i = 0; i < places.length; i++) {
            shapes.put("features." + places[i] + ".weight", new long[] {i + 2, width, kernels[i], kernels[i]});
            shapes.put("features." + places[i] + ".bias", new long[] {i + 2});
            width = i + 2;
        }
        return shapes;
    }

    private static Map<String, long[]> vgg16() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        long width = 3;
        for (int place : new int[] {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28}) {
            shapes.put("features." + place + ".weight", new long[] {4, width, 3, 3});
            shapes.put("features." + place + ".bias", new long[] {4});
            width = 4;
        }
        return shapes;
    }

    private static Map<String, long[]> heads(long... widths) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (int i = 0; i < widths.length; i++) {
            shapes.put("lin" + i + ".model.1.weight", new long[] {1, widths[i], 1, 1});
        }
        return shapes;
    }

    private static Map<String, long[]> arcFace() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("input_layer.0.weight", new long[] {4, 3, 3, 3});
        for (int i = 0; i < 24; i++) {
            String unit = "body." + i + ".res_layer.";
            shapes.put(unit + "1.weight", new long[] {4, 4, 3, 3});
            shapes.put(unit + "3.weight", new long[] {4, 4, 3, 3});
            for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
                shapes.put(unit + "4." + part, new long[] {4});
            }
        }
        shapes.put("output_layer.0.weight", new long[] {4});
        shapes.put("output_layer.3.weight", new long[] {5, 4 * 7 * 7});
        shapes.put("output_layer.4.running_var", new long[] {5});
        return shapes;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void importsFeatureNetworksFromTheOldStreamAndTheZip(boolean legacy) throws IOException {
        Map<String, Map<String, long[]>> networks = new LinkedHashMap<>();
        networks.put("alexnet", alexNet());
        networks.put("vgg16", vgg16());
        networks.put("lpips_alex", heads(64, 192, 384, 256, 256));
        networks.put("lpips_vgg", heads(64, 128, 256, 512, 512));
        networks.put("arcface", arcFace());
        List<byte[]> files = new ArrayList<>();
        Map<String, Map<String, byte[]>> expected = new LinkedHashMap<>();
        for (Map.Entry<String, Map<String, long[]>> network : networks.entrySet()) {
            Map<String, Object> storages = new LinkedHashMap<>();
            Object root = Py.ordered(Modules.feature(network.getValue(), storages, legacy, files.size()));
            files.add(legacy ? Py.stream(root, storages) : Py.zip(root, storages));
            Map<String, byte[]> tensors = new LinkedHashMap<>();
            List<Object> values = List.copyOf(storages.values());
            network.getValue().keySet().forEach(name -> tensors.put(name, Py.bytes(values.get(tensors.size()))));
            expected.put(network.getKey(), tensors);
        }
        ModelFolder model = importAll(files.toArray(byte[][]::new));
        assertNull(model.architecture());
        assertEquals(5, model.files().size());
        for (String network : networks.keySet()) {
            assertTensors(expected.get(network), model.folder().resolve(network + ".safetensors"));
            model.verify(network + ".safetensors");
        }
        FileRefused refused = assertThrows(FileRefused.class, () -> ModelFolder.open(model.folder()));
        assertTrue(refused.getMessage().contains("has no generator"), refused.getMessage());
    }

    @Test
    void readsTensorsByTheirStrides() throws IOException {
        float[] shared = new float[200];
        for (int i = 0; i < shared.length; i++) {
            shared[i] = i;
        }
        Py.Persistent storage = Py.beside("0", shared, true);
        Map<String, Object> tensors = new LinkedHashMap<>();
        tensors.put("lin0.model.1.weight", Py.tensor(storage, 7, new long[] {1, 5, 1, 1}, new long[] {9, 30, 1, 1}));
        tensors.put("lin1.model.1.weight", Py.tensor(storage, 3, new long[] {1, 4, 1, 1}, new long[] {0, 0, 0, 0}));
        for (int i = 2; i < 5; i++) {
            tensors.put(
                    "lin" + i + ".model.1.weight",
                    Py.tensor(storage, 10 * i, new long[] {1, 6, 1, 1}, new long[] {6, 1, 1, 1}));
        }
        ModelFolder model = importAll(Py.stream(Py.ordered(tensors), Map.of("0", shared)));
        Map<String, byte[]> read = tensors(model.folder().resolve(model.files().get(0)));
        assertArrayEquals(Py.bytes(new float[] {7, 37, 67, 97, 127}), read.get("lin0.model.1.weight"));
        assertArrayEquals(Py.bytes(new float[] {3, 3, 3, 3}), read.get("lin1.model.1.weight"));
        assertArrayEquals(Py.bytes(Arrays.copyOfRange(shared, 20, 26)), read.get("lin2.model.1.weight"));
    }

    @Test
    void refusesSettingsThatTheseNetworksDoNotHave() throws IOException {
        for (String setting : List.of("skip_encoder", "use_pca")) {
            Map<String, Object> root = new Modules(5).styleInV();
            root.put("SI_ema", new Modules(6).motion(Map.of(setting, true)));
            FileRefused refused = assertThrows(FileRefused.class, () -> importAll(PickleWriter.write(4, root)));
            assertTrue(refused.getMessage().contains(setting), refused.getMessage());
        }
    }

    /** What of a published dictionary is there is imported, each under the name that it has in the whole. */
    @Test
    void importsWhateverPartOfAPickleIsThere() throws IOException {
        Map<String, Object> all = new Modules(7).styleGan2();
        Map<String, Object> motion = new Modules(8).styleInV();
        Map<Map<String, Object>, Set<String>> subsets = new LinkedHashMap<>();
        subsets.put(part(all, "G_ema"), Set.of("generator"));
        subsets.put(part(all, "G"), Set.of("generator"));
        subsets.put(part(all, "D"), Set.of("discriminator"));
        subsets.put(part(all, "G", "D"), Set.of("generator", "discriminator"));
        subsets.put(part(all, "G_ema", "D"), Set.of("generator", "discriminator"));
        subsets.put(part(motion, "G", "SI_ema"), Set.of("generator", "motion"));
        subsets.put(part(motion, "G", "SI"), Set.of("generator", "motion"));
        int made = 0;
        for (Map.Entry<Map<String, Object>, Set<String>> subset : subsets.entrySet()) {
            Path file = Files.write(temporary.resolve("part.pkl"), PickleWriter.write(4, subset.getKey()));
            try (Published published = Published.open(file)) {
                assertEquals(subset.getValue(), Set.copyOf(published.networks()));
                ModelFolder model = ModelFiles.importAll(
                        List.of(published), temporary.resolve("part" + made++), (done, total) -> {});
                assertEquals(subset.getValue().size(), ModelJudge.verify(model).size());
            }
        }
        assertEquals(List.of(), left(part(all, "G")));
        assertEquals(List.of("G"), left(part(all, "G", "G_ema")));
        for (String alone : List.of("SI_ema", "pSp")) {
            Map<String, Object> root = part(alone.equals("pSp") ? new Modules(9).pSp() : motion, alone);
            FileRefused refused = assertThrows(FileRefused.class, () -> importAll(PickleWriter.write(4, root)));
            assertTrue(refused.getMessage().contains("without the generator"), refused.getMessage());
        }
        try (Published whole = Published.open(
                Files.write(temporary.resolve("g.pkl"), PickleWriter.write(2, (Object) all.get("G_ema"))))) {
            assertEquals(List.of("generator"), whole.networks(), "a module that is no dictionary's");
        }
    }

    private List<String> left(Map<String, Object> root) throws IOException {
        try (Published file = Published.open(Files.write(temporary.resolve("left.pkl"), PickleWriter.write(4, root)))) {
            return file.leftOut();
        }
    }

    private static Map<String, Object> part(Map<String, Object> all, String... keys) {
        Map<String, Object> part = new LinkedHashMap<>();
        for (String key : keys) {
            part.put(key, all.get(key));
        }
        return part;
    }

    /** A type of values, and one each of a network's: what it is as float32, or null where it is refused. */
    private record Typed(String storage, String name, int size, java.util.function.Function<Float, Long> bits) {}

    private static final List<Typed> TYPES = List.of(
            new Typed("HalfStorage", "F16", 2, value -> 0x3c00L), // 1
            new Typed("BFloat16Storage", "BF16", 2, value -> (long) Float.floatToRawIntBits(value) >>> 16 & 0xffff),
            new Typed("DoubleStorage", "F64", 8, value -> Double.doubleToRawLongBits(value + 1e-12)),
            new Typed("FloatStorage", "F32", 4, value -> (long) Float.floatToRawIntBits(value)));

    private static byte[] encoded(float[] values, Typed type) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.size()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            long bits = type.bits().apply(value);
            for (int i = 0; i < type.size(); i++) {
                bytes.put((byte) (bits >>> 8 * i));
            }
        }
        return bytes.array();
    }

    @Test
    void floatsOfEveryWidthBecomeFloat32AndWhatIsLostIsSaid() throws IOException {
        for (Typed type : TYPES) {
            Map<String, Object> storages = new LinkedHashMap<>();
            Map<String, Object> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, long[]> shape : heads(3, 3, 4, 4, 4).entrySet()) {
                float[] values = new float[(int) shape.getValue()[1]];
                Arrays.fill(values, 0.1f);
                Object raw = new Py.Raw(type.storage(), type.size(), encoded(values, type));
                storages.put(shape.getKey(), raw);
                tensors.put(shape.getKey(), Py.tensor(Py.beside(shape.getKey(), raw, false), shape.getValue()));
            }
            Path file = Files.write(temporary.resolve("typed.pth"), Py.zip(Py.ordered(tensors), storages));
            try (Published published = Published.open(file)) {
                SafeTensors.Source head = published.sources("lpips_vgg").get(0);
                assertEquals(SafeTensors.Type.F32, head.entry().type());
                float read = head.values()
                        .read()
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .getFloat();
                switch (type.name()) {
                    case "F16" -> assertEquals(1f, read);
                    case "BF16" -> assertEquals(Float.intBitsToFloat(Float.floatToRawIntBits(0.1f) & 0xffff0000), read);
                    default -> assertEquals(0.1f, read);
                }
                List<String> notes = published.converted();
                assertEquals(type.name().equals("F32") ? 0 : 1, notes.size(), notes.toString());
                if (type.name().equals("F64")) {
                    assertTrue(
                            notes.get(0).contains("1 tensor of F64 became F32: 3 of 3 values were rounded"),
                            notes.get(0));
                } else if (notes.size() == 1) {
                    assertTrue(notes.get(0).endsWith("exactly"), notes.get(0));
                }
            }
        }
    }

    @Test
    void everyHalfFloatIsWhatIeeeSays() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 31;
            int fraction = bits & 1023;
            double expected = exponent == 31
                    ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                    : exponent == 0
                            ? fraction * Math.pow(2, -24)
                            : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
            assertEquals((float) (bits >> 15 == 0 ? expected : -expected), Conversion.half((short) bits));
        }
    }

    @Test
    void whatNoFloat32CanHoldIsRefusedByName() throws IOException {
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("1.0E300, which is too large", longs(Double.doubleToRawLongBits(1e300)));
        bad.put("holds NaN", longs(Double.doubleToRawLongBits(Double.NaN)));
        bad.put("holds -Infinity", longs(Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY)));
        for (Map.Entry<String, byte[]> value : bad.entrySet()) {
            assertHeadRefused(SafeTensors.Type.F64, value.getValue(), value.getKey());
        }
        assertHeadRefused(SafeTensors.Type.I64, longs(7), "is of type I64");
        assertHeadRefused(SafeTensors.Type.U8, new byte[] {7}, "is of type U8");
    }

    private static byte[] longs(long value) {
        return Py.bytes(new long[] {value});
    }

    private static List<SafeTensors.Source> heads(SafeTensors.Type type, byte[] first) {
        List<SafeTensors.Source> sources = new ArrayList<>();
        for (int i = 4; i >= 0; i--) { // in another order than that of the names
            boolean odd = i == 2;
            var entry = new SafeTensors.Entry(
                    "lin" + i + ".model.1.weight", odd ? type : SafeTensors.Type.F32, new long[] {1, 1, 1, 1});
            byte[] values = odd ? first : Py.bytes(new float[] {1});
            sources.add(new SafeTensors.Source(entry, () -> ByteBuffer.wrap(values)));
        }
        return sources;
    }

    private void assertHeadRefused(SafeTensors.Type type, byte[] value, String words) throws IOException {
        Path file = temporary.resolve("heads.safetensors");
        SafeTensors.write(file, heads(type, value), Map.of("author", "somebody", "format", "pt"));
        FileRefused refused = assertThrows(FileRefused.class, () -> {
            try (Published published = Published.open(file)) {
                ModelFiles.importAll(List.of(published), temporary.resolve("heads"), (done, total) -> {});
            }
        });
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
        assertTrue(refused.getMessage().contains("lin2.model.1.weight"), refused.getMessage());
        assertTrue(Files.notExists(temporary.resolve("heads")));
    }

    /** As tools nest and prefix a dictionary of tensors. */
    @Test
    void importsTensorsWithoutTheirModules() throws IOException {
        Modules modules = new Modules(11);
        ModelFolder model = importAll(PickleWriter.write(4, modules.styleGan2()));
        Map<String, byte[]> expected = tensors(model.folder().resolve("generator.safetensors"));
        List<SafeTensors.Source> sources = SafeTensors.sources(model.folder().resolve("generator.safetensors"));
        int made = 0;
        for (String prefix : List.of("", "module.", "module.G_ema.", "generator.")) {
            Path file = temporary.resolve("others.safetensors");
            SafeTensors.write(
                    file,
                    sources.stream()
                            .map(source ->
                                    Constants.renamed(prefix + source.entry().name(), source))
                            .toList());
            try (Published published = Published.open(file)) {
                ModelFolder own = ModelFiles.importAll(
                        List.of(published), temporary.resolve("own" + made++), (done, total) -> {});
                assertTensors(expected, own.folder().resolve("generator.safetensors"));
                // the tensors do not say more than that a layer is no wider than this
                assertEquals(
                        Modules.GENERATOR.synthesis().resolution(),
                        own.architecture().generator().synthesis().resolution());
            }
        }
        for (boolean wrapped : new boolean[] {true, false}) {
            Map<String, Object> storages = new LinkedHashMap<>();
            Map<String, Object> tensors = new LinkedHashMap<>();
            for (SafeTensors.Source source : sources) {
                float[] values = new float[(int) source.entry().bytes() / 4];
                source.values().read().asFloatBuffer().get(values);
                String key = String.valueOf(storages.size());
                storages.put(key, values);
                tensors.put(
                        source.entry().name(),
                        Py.tensor(Py.beside(key, values, false), source.entry().shape()));
            }
            Object root = wrapped ? Map.of("state_dict", tensors, "epoch", 3) : Map.of("G_ema", Py.ordered(tensors));
            Path file = Files.write(temporary.resolve("nested.pth"), Py.zip(root, storages));
            try (Published published = Published.open(file)) {
                assertEquals(List.of("generator"), published.networks());
            }
        }
    }

    @Test
    void whatWasExportedIsImportedAsItWas() throws IOException {
        Map<String, Object> pSp = new Modules(12).pSp();
        Map<String, Object> styleInV = new Modules(13).styleInV();
        styleInV.put("G", pSp.get("G"));
        ModelFolder model = importAll(PickleWriter.write(4, pSp), PickleWriter.write(4, styleInV));
        List<Published> files = new ArrayList<>();
        try {
            for (Path file : ModelFiles.export(model, temporary.resolve("out"))) {
                files.add(Published.open(file));
            }
            ModelFolder again = ModelFiles.importAll(files, temporary.resolve("again"), (done, total) -> {});
            assertEquals(model.architecture(), again.architecture());
            assertEquals(model.files(), again.files());
            ModelJudge.verify(again);
        } finally {
            for (Published file : files) {
                file.close();
            }
        }
    }

    @Test
    void aPickleOfTensorFlowNamesItsConverter() throws IOException {
        for (String name : List.of("dnnlib.tflib.network\nNetwork", "tfutil\nNetwork", "tensorflow.python.x\nY")) {
            for (int protocol = 2; protocol <= 4; protocol++) {
                byte[] bytes = ("\u0080" + (char) protocol + "c" + name + "\n)\u0081.")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
                FileRefused refused = assertThrows(FileRefused.class, () -> importAll(bytes));
                assertTrue(refused.getMessage().contains("legacy.py"), refused.getMessage());
                assertTrue(refused.getMessage().contains("nothing in this one was run"), refused.getMessage());
            }
        }
    }
}
