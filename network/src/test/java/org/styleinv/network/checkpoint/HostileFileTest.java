package org.styleinv.network.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.checkpoint.published.ModelFiles;
import org.styleinv.network.checkpoint.published.Published;
import org.styleinv.network.checkpoint.torch.PickleWriter;
import org.styleinv.network.checkpoint.torch.Py;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;

/** Bad checkpoints: each is refused in one sentence that names it, with bounded memory, and nothing is written. */
class HostileFileTest {
    @TempDir
    private Path temporary;

    private void importFile(byte[] bytes) throws IOException {
        Path file = Files.write(temporary.resolve("bad.pkl"), bytes);
        try (Published published = Published.open(file)) {
            ModelFiles.importAll(List.of(published), temporary.resolve("new").resolve("model"), (done, total) -> {});
        }
    }

    private void assertRefused(byte[] bytes, String... words) throws IOException {
        FileRefused refused = assertThrows(FileRefused.class, () -> importFile(bytes));
        String message = refused.getMessage();
        assertTrue(message.contains("bad.pkl"), message);
        assertFalse(message.contains("\n"), message);
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertEquals(List.of(temporary.resolve("bad.pkl")), left.toList());
        }
    }

    private static byte[] pickle(int protocol, String... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x80);
        out.write(protocol);
        for (String part : parts) {
            out.writeBytes(part.getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }

    private static byte[] good() {
        return PickleWriter.write(4, new Modules(1).pSp());
    }

    @Test
    void namesTheGlobalOfAPickleThatCallsTheSystem() throws IOException {
        for (int protocol = 2; protocol <= 5; protocol++) {
            Map<String, Object> root = new LinkedHashMap<>(new Modules(1).pSp());
            root.put("training_set_kwargs", Py.call("os", "system", "touch " + temporary.resolve("owned")));
            assertRefused(PickleWriter.write(protocol, root), "os.system", "nothing in it was run");
        }
        assertRefused(pickle(2, "cposix\nsystem\nU\002id\205R."), "posix.system");
        assertRefused(pickle(2, "c__builtin__\neval\nU\0011\205R."), "__builtin__.eval");
        assertRefused(pickle(2, "ctorch.hub\nload\n)R."), "torch.hub.load");
        Map<String, Object> storages = new LinkedHashMap<>();
        assertRefused(Py.zip(Py.call("subprocess", "Popen", List.of("id")), storages), "subprocess.Popen");
        assertRefused(Py.stream(Py.call("subprocess", "Popen", List.of("id")), storages), "subprocess.Popen");
    }

    @Test
    void refusesTruncationAnywhere() throws IOException {
        byte[] whole = good();
        for (int length : new int[] {0, 1, 2, 3, 11, 100, whole.length / 3, whole.length - 1}) {
            assertRefused(Arrays.copyOf(whole, length));
        }
        byte[] zip = Py.zip(Py.ordered(Map.of()), Map.of("0", new float[100]));
        assertRefused(Arrays.copyOf(zip, zip.length / 2), "damaged zip");
    }

    @Test
    void refusesOtherFiles() throws IOException {
        assertRefused("<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8), "3c 21 44 4f", "web page");
        assertRefused(new byte[1000], "00 00 00 00");
        assertRefused(pickle(4, "N."), "no dictionary");
        assertRefused(pickle(4, "}."), "none of those");
        assertRefused(pickle(9, "}."), "protocol 9");
    }

    @Test
    void refusesLengthsThatLie() throws IOException {
        String four = "\0\0\0\0\1\0\0\0"; // 4 GiB
        assertRefused(pickle(4, "\u008e" + four), "announces 4294967296 bytes");
        assertRefused(pickle(4, "\u008d" + four), "announces 4294967296 bytes");
        assertRefused(pickle(5, "\u0096" + four), "announces 4294967296 bytes");
        assertRefused(pickle(4, "\u008d" + "\u00ff".repeat(8)), "announces 18446744073709551615 bytes");
        assertRefused(pickle(3, "B\u00ff\u00ff\u00ff\u00ff"), "announces 4294967295 bytes");
        assertRefused(pickle(3, "X\u00ff\u00ff\u00ff\u00ff"), "announces 4294967295 bytes");
        assertRefused(pickle(2, "\u008b\u00ff\u00ff\u00ff\u007f"), "a number of 2147483647 bytes");
        float[] some = new float[4];
        Object root = Map.of("lin0.model.1.weight", Py.tensor(Py.beside("0", new float[5], true), 5));
        assertRefused(Py.stream(root, Map.of("0", some)), "storage 0");
        assertRefused(
                Py.zip(Map.of("x", Py.tensor(Py.beside("0", new float[5], false), 5)), Map.of("0", some)), "storage 0");
    }

    @Test
    void refusesZipsThatEscapeOrExpand() throws IOException {
        byte[] empty = PickleWriter.write(2, Map.of());
        for (String way : List.of("../data.pkl", "a/../../data.pkl", "/etc/data.pkl", "a\\..\\data.pkl")) {
            assertRefused(Py.zip(Map.of(way, empty), ZipEntry.STORED), "way out");
        }
        assertRefused(Py.zip(Map.of("a/data.pkl", new byte[50_000_000]), ZipEntry.DEFLATED), "compressed", "bomb");
        assertRefused(Py.zip(Map.of("a/other.pkl", empty), ZipEntry.STORED), "without data.pkl");
        Object escape = Map.of("x", Py.tensor(Py.beside("../../../etc/passwd", new float[5], false), 5));
        assertRefused(Py.zip(escape, Map.of()), "has no data/../../../etc/passwd");
    }

    @Test
    void refusesTensorsThatAreNotInTheirStorage() throws IOException {
        Py.Persistent storage = Py.beside("0", new float[10], true);
        Map<String, Object> values = Map.of("0", new float[10]);
        long[][][] bad = {
            {{11}, {1}, {0}},
            {{4}, {4}, {0}},
            {{4}, {1}, {8}},
            {{4}, {-1}, {9}},
            {{-4}, {1}, {0}},
            {{4}, {1}, {-1}},
            {{1L << 40, 1L << 40}, {0, 0}, {0}},
            {{1L << 33}, {0}, {0}},
            {{2, 2}, {1}, {0}}
        };
        for (long[][] tensor : bad) {
            Object root = Map.of("x", Py.tensor(storage, tensor[2][0], tensor[0], tensor[1]));
            assertRefused(Py.stream(root, values), "a tensor of shape");
        }
        Map<String, Object> repeated = new LinkedHashMap<>(); // 20 times 400 MB out of four bytes
        for (int i = 0; i < 20; i++) {
            repeated.put(
                    "lin" + i + ".model.1.weight",
                    Py.tensor(storage, 0, new long[] {1, 100_000_000, 1, 1}, new long[4]));
        }
        assertRefused(Py.stream(repeated, values), "repeat themselves");
    }

    @Test
    void refusesWrongShapesAndValuesThatAreNoNumbers() throws IOException {
        Map<String, Object> storages = new LinkedHashMap<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (int i = 0; i < 5; i++) {
            shapes.put("lin" + i + ".model.1.weight", new long[] {1, 3, 1, 1});
        }
        Map<String, Object> root = Modules.feature(shapes, storages, true, 1);
        ((float[]) storages.get("3"))[1] = Float.NaN;
        assertRefused(Py.stream(root, storages), "lin3.model.1.weight holds NaN");
        shapes.put("lin2.model.1.weight", new long[] {2, 3, 1, 1});
        storages.clear();
        assertRefused(
                Py.stream(Modules.feature(shapes, storages, true, 1), storages),
                "lin2.model.1.weight of shape [2, 3, 1, 1]");

        Map<String, Object> generators = new Modules(1).pSp();
        generators.put("G", generators.get("pSp"));
        assertRefused(PickleWriter.write(4, generators), "has no tensor synthesis.b4.conv1.weight");
    }

    @Test
    void refusesFloodsAndNestsInBoundedMemory() throws IOException {
        assertRefused(pickle(4, "}".repeat(30_000_000)), "more objects");
        assertRefused(pickle(4, "(".repeat(30_000_000)), "more objects");
        assertRefused(pickle(4, "]" + "\u0094h\0a".repeat(5_000_000)), "more objects");
        // a module that is its own child, and a tuple that doubles a hundred times
        assertRefused(cyclicModule(), "without end");
        assertRefused(crowdedModule(), "more tensors");
        assertRefused(pickle(4, "K\1" + "2\u0086".repeat(100) + "."), "no dictionary");
    }

    /** A row is made once, and copied into a dictionary or set by four bytes each time. */
    @Test
    void refusesCopiesOfRowsInBoundedMemory() throws IOException {
        StringBuilder names = new StringBuilder("]\u0094(");
        StringBuilder pairs = new StringBuilder("]\u0094(");
        for (int i = 0; i < 20_000; i++) {
            String name = "\u008c\5" + (10_000 + i);
            names.append(name);
            pairs.append(name).append("N\u0086");
        }
        String copies = "e0" + "h\0h\1\u0085R".repeat(200) + "t.";
        assertRefused(pickle(4, "(cbuiltins\ndict\n\u0094", pairs.toString(), copies), "more objects");
        assertRefused(pickle(4, "(cbuiltins\nset\n\u0094", names.toString(), copies), "more objects");
    }

    @Test
    void aSentenceIsShortWhateverTheFileSays() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a".repeat(60_000) + "/..", new byte[0]);
        entries.put("a/data.pkl", PickleWriter.write(2, Map.of()));
        String told = assertThrows(FileRefused.class, () -> importFile(Py.zip(entries, ZipEntry.STORED)))
                .getMessage();
        assertTrue(told.length() <= 1000, told.length() + " characters");
        assertTrue(told.contains("bad.pkl is a zip with the entry aaa"), told);
        assertTrue(told.endsWith("a way out of its folder, so it is refused"), told);
    }

    private static byte[] cyclicModule() {
        Map<String, Object> children = new LinkedHashMap<>();
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("_modules", children);
        Py.Call module = Py.instance("torch.nn.modules.container", "Sequential", state);
        children.put("again", module);
        return PickleWriter.write(4, Map.of("G_ema", module));
    }

    /** Three hundred tensors that a module has under three hundred names. */
    private static byte[] crowdedModule() {
        Py.Call tensor = Py.tensor(Py.storage(new float[1]), 1);
        Map<String, Object> tensors = new LinkedHashMap<>();
        for (int i = 0; i < 300; i++) {
            tensors.put("t" + i, tensor);
        }
        Py.Call child = Py.instance("torch.nn.modules.container", "Sequential", Map.of("_buffers", tensors));
        Map<String, Object> children = new LinkedHashMap<>();
        for (int i = 0; i < 300; i++) {
            children.put("c" + i, child);
        }
        Py.Call module = Py.instance("torch.nn.modules.container", "Sequential", Map.of("_modules", children));
        return PickleWriter.write(4, Map.of("G_ema", module));
    }

    @Test
    void survivesWhateverIsDamaged() {
        byte[] pickle = good();
        Map<String, Object> storages = new LinkedHashMap<>();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (int i = 0; i < 5; i++) {
            shapes.put("lin" + i + ".model.1.weight", new long[] {1, 3, 1, 1});
        }
        byte[] stream = Py.stream(Modules.feature(shapes, storages, true, 1), storages);
        storages.clear();
        byte[] zip = Py.zip(Modules.feature(shapes, storages, false, 1), storages);
        Random random = new Random(8);
        Assertions.assertTimeout(Duration.ofMinutes(2), () -> {
            for (int i = 0; i < 600; i++) {
                byte[] whole = i % 3 == 0 ? pickle : i % 3 == 1 ? stream : zip;
                byte[] damaged = i % 7 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
                for (int flips = random.nextInt(4); flips >= 0 && damaged.length > 0; flips--) {
                    damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                }
                openOrRefuse(damaged);
            }
        });
    }

    private void openOrRefuse(byte[] damaged) throws IOException {
        Path file = Files.write(temporary.resolve("bad.pkl"), damaged);
        try (Published published = Published.open(file)) {
            for (String network : published.networks()) {
                for (SafeTensors.Source source : published.sources(network)) {
                    assertEquals(source.entry().bytes(), source.values().read().remaining());
                }
            }
        } catch (FileRefused e) {
            assertTrue(e.getMessage().contains("bad.pkl"), e.getMessage());
            assertFalse(e.getMessage().contains("\n"), e.getMessage());
        }
    }

    /** A few hundred bytes that describe more than memory and time have room for, wherever an object may stand. */
    @Test
    void refusesWhatGrowsWhenItIsLookedAt() throws IOException {
        String tuple = "K\1" + "2\u0086".repeat(100); // a tuple that doubles a hundred times
        String list = "]" + "\u0094" + "]" + "\u0094" + "h\0a"; // a list in a list
        String self = "]" + "\u0094" + "h\0a"; // a list in itself
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String growing : List.of(tuple, list, self, "}\u0094\u008c\1ah\0s", tuple + "\u0085")) {
                openOrRefuse(pickle(4, "}", growing, "K\1s.")); // as a key
                openOrRefuse(pickle(4, "}\u008c\5G_ema", growing, "s.")); // as a network
                openOrRefuse(pickle(4, "}\u008c\1x", growing, "s."));
                openOrRefuse(pickle(4, "\u008f(", growing, "\u0090.")); // in a set
                openOrRefuse(pickle(4, "ccollections\nOrderedDict\n]", growing, "K\1\u0086a\u0085R."));
                openOrRefuse(pickle(4, "cbuiltins\nset\n]", growing, "a\u0085R."));
                openOrRefuse(pickle(4, growing, "."));
                for (String place : List.of("_parameters", "_buffers", "_modules", "_non_persistent_buffers_set")) {
                    String name = "\u008c" + (char) place.length() + place;
                    openOrRefuse(pickle(
                            4, "}\u008c\5G_emactorch.nn.modules.linear\nLinear\n)\u0081}", name, growing, "sbs."));
                    openOrRefuse(pickle(
                            4,
                            "}\u008c\5G_emactorch.nn.modules.linear\nLinear\n)\u0081}",
                            name,
                            "}",
                            growing,
                            "K\1ssbs."));
                }
                openOrRefuse(
                        magic(pickle(2, "}", "."), pickle(2, growing.replace("\u0094", "q\0"), "."))); // storage keys
            }
        });
    }

    /** torch.save's older stream with this object and this list of storages. */
    private static byte[] magic(byte[] root, byte[] keys) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] stream = Py.stream(Map.of(), Map.of());
        int at = stream.length - PickleWriter.write(2, Map.of()).length - PickleWriter.write(2, List.of()).length;
        out.write(stream, 0, at);
        out.writeBytes(root);
        out.writeBytes(keys);
        return out.toByteArray();
    }

    @Test
    void refusesNamesThatGrowWithTheirDepthAndShapesWithoutEnd() throws IOException {
        Object tensor = Py.tensor(Py.storage(new float[1]), 1);
        Py.Call module = Py.instance("torch.nn.modules.linear", "Linear", Map.of("_buffers", Map.of("t", tensor)));
        for (int depth = 0; depth < 20; depth++) { // 20 levels of two names of 4,000 characters
            Map<String, Object> children = new LinkedHashMap<>();
            children.put("a".repeat(4000), module);
            children.put("b".repeat(4000), module);
            module = Py.instance("torch.nn.modules.container", "Sequential", Map.of("_modules", children));
        }
        assertRefused(PickleWriter.write(4, Map.of("G_ema", module)), "longer than 500");
        Object[] axes = new Object[100_000];
        Arrays.fill(axes, 1);
        Object wide = Py.call(
                "torch._utils",
                "_rebuild_tensor_v2",
                Py.storage(new float[1]),
                0,
                axes,
                axes,
                false,
                Py.ordered(Map.of()));
        assertRefused(PickleWriter.write(4, Map.of("x", wide)), "other arguments");
    }

    @Test
    void refusesTwoEntriesOfOneNameAndTwoCheckpoints() throws IOException {
        byte[] empty = PickleWriter.write(2, Map.of());
        Map<String, byte[]> two = new LinkedHashMap<>();
        two.put("a/data.pkl", empty);
        two.put("b/data.pkl", empty);
        assertRefused(Py.zip(two, ZipEntry.STORED), "two checkpoints");
        two.remove("b/data.pkl");
        two.put("a/data.pkk", empty);
        byte[] twice = new String(Py.zip(two, ZipEntry.STORED), StandardCharsets.ISO_8859_1)
                .replace("data.pkk", "data.pkl")
                .getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(twice, "two entries a/data.pkl");
    }

    @Test
    void refusesWhatIsNoFileWithoutOpeningIt() throws Exception {
        Path pipe = temporary.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path link = Files.createSymbolicLink(temporary.resolve("link"), Path.of("/dev/zero"));
        Path loop = Files.createSymbolicLink(temporary.resolve("loop"), temporary.resolve("loop"));
        for (Path odd : List.of(pipe, link, loop, temporary, Path.of("/dev/zero"), temporary.resolve("none"))) {
            Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> assertThrows(FileRefused.class, () -> Published.open(odd)));
        }
    }

    @Test
    void escapesWhatSteersATerminal() throws IOException {
        assertRefused(
                PickleWriter.write(4, Map.of("x", Py.call("evil\u001b[2J", "a\nb\u202e"))),
                "evil?[2J",
                "nothing in it");
        assertRefused(
                PickleWriter.write(
                        4,
                        Map.of(
                                "G_ema",
                                Py.ordered(Map.of("a\u001b]0;x\u0007\n", Py.tensor(Py.storage(new float[1]), 1))))),
                "bad.pkl");
    }
}
