package org.styleinv.mesh.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.styleinv.mesh.command.output.LatentFile;
import org.styleinv.mesh.command.output.StreamOptions;
import picocli.CommandLine;

/** What the command says before any mesh is asked. */
class CommandTest {
    private static final Path MODEL = Path.of("..", "models", "faces-64");

    @TempDir
    private static Path folder;

    /** Arguments, and words that the sentence must have. */
    private record Mistake(List<String> arguments, String... words) {
        Mistake(String arguments, String... words) {
            this(CommandTest.words(arguments), words);
        }

        @Override
        public String toString() {
            return String.join(" ", arguments);
        }
    }

    /** Split at spaces; those in the name of the folder that {@code FOLDER} stands for are none of them. */
    private static List<String> words(String command) {
        return Stream.of(command.split(" "))
                .map(word -> word.replace("FOLDER", folder.toString()).replace("MODEL", MODEL.toString()))
                .toList();
    }

    static Stream<Mistake> mistakes() throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        Path corrupt = Files.createDirectories(folder.resolve("corrupt"));
        Files.writeString(corrupt.resolve("model.json"), "{\"format\": ");
        Files.writeString(folder.resolve("text"), "no numbers");
        Files.writeString(folder.resolve("w.json"), "[1, 2, 3]");
        Files.createFile(folder.resolve("nothing"));
        Files.write(folder.resolve("cut.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0});
        Files.writeString(folder.resolve("w.token"), "abc");
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
        return Stream.of(
                new Mistake("demo --frames -1", "--frames", "from 1 to 100000", "-1"),
                new Mistake(
                        "broker --host 0.0.0.0 --data FOLDER/open", "without TLS and tokens", "styleinv.insecure=true"),
                new Mistake("provenance", "FILE"),
                new Mistake("provenance no/such.png", "there is no file", "no/such.png"),
                new Mistake("provenance FOLDER", "is a folder"),
                new Mistake("provenance --mark-key no.key FOLDER/text", "there is no file no.key", "openssl rand"),
                new Mistake("provenance --mark-key FOLDER/text FOLDER/text", "is no key of marks", "one line"),
                new Mistake("provenance --model MODEL FOLDER/text", "--mark-key"),
                new Mistake("provenance FOLDER/text", "is no PNG, JPEG, WebP, GIF, MP4 or WebM"),
                new Mistake("provenance FOLDER/nothing", "is empty"),
                new Mistake("provenance FOLDER/cut.png", "is cut short", "it is PNG"),
                new Mistake("provenance /dev/zero", "is a device"),
                new Mistake("token --name Ann", "a-z, 0-9"),
                new Mistake("token --name ann --until tomorrow", "--until", "tomorrow"),
                new Mistake("token --name ann --until 2001-01-01T00:00:00Z", "--until", "to come", "2001"),
                new Mistake("token --name ann --streams -1", "--streams", "-1", "from"),
                new Mistake("token --name ann --uploads-per-minute 1e-323", "--uploads-per-minute", "0 (no bound)"),
                new Mistake("generate --token-file FOLDER/text", "--server"),
                new Mistake("generate --server localhost:1 --tls-ca FOLDER/text --seed 1", "has no certificate"),
                new Mistake("generate --server localhost:1 --tls-cert FOLDER/text --seed 1", "come together"),
                new Mistake(
                        "generate --server 192.0.2.1:1 --token-file FOLDER/w.token --seed 1", "plain text", "--tls-ca"),
                new Mistake("dead list --bootstrap localhost:1 --kafka-config FOLDER/missing", "--kafka-config"),
                new Mistake("demo --frames many", "--frames", "many"),
                new Mistake("demo --image no/such.png", "no picture", "no/such.png"),
                new Mistake("demo --model FOLDER/missing", "no model folder", "missing", "--model"),
                new Mistake("demo --model FOLDER/empty", "model.json is missing", "--model"),
                new Mistake("demo --model FOLDER/corrupt", "model.json is not a valid record", "--model"),
                new Mistake("demo --out FOLDER/text", "is a file"),
                new Mistake("generate --frames -5", "--frames", "-5"),
                new Mistake("generate --frames 0 --out a.mp4", "without end", "--frames"),
                new Mistake("generate --seed 1 --image a.png", "--seed"),
                new Mistake("generate --noise loud", "--noise", "const, none or random:SEED", "loud"),
                new Mistake("generate --w0 FOLDER/text", "holds no latent", "w0"),
                new Mistake("generate --w0 no/such.json", "no latent file"),
                new Mistake("generate --out film.mkv", "film.mkv", ".mp4", ".webm"),
                new Mistake("generate --out - --hashes", "--out -", "--hashes", "standard output"),
                new Mistake("watch --out - --json", "--out -", "--json", "standard output"),
                new Mistake("generate --out film.gif --fps 60", "GIF", "60", "--fps 50"),
                new Mistake(
                        "generate --server localhost:1 --seed 1 --frames 1",
                        "does not answer",
                        "styleinv up",
                        "Connection refused",
                        "leave it out"),
                new Mistake("broadcast list --server localhost:1", "Connection refused", "check --server"),
                new Mistake("generate --image FOLDER/empty", "is a folder", "PNG or JPEG"),
                new Mistake("generate --w0 FOLDER/empty", "is a folder", "styleinv invert"),
                new Mistake("model verify FOLDER/text", "is a file", "model.json"),
                new Mistake("model verify /dev/null", "is a device, pipe or socket", "name the folder of a model"),
                new Mistake("model inspect FOLDER/text/x", "text/x/model.json cannot be read", "check the path"),
                new Mistake("model inspect FOLDER/loop", "loop/model.json cannot be read", "check the path"),
                new Mistake("model verify /", "/ is the root of a file system", "name a folder below it"),
                new Mistake(
                        "model import src/test/resources/published/stylegan2.pkl --out /",
                        "/ is the root of a file system",
                        "name a folder below it"),
                new Mistake("train generator --data MODEL --run FOLDER/loop", "loop is a link", "name another one"),
                new Mistake("train generator --data MODEL --run FOLDER/loop/r", "loop is a link", "name another one"),
                new Mistake("train generator --data MODEL --run FOLDER/text/r", "text is no folder", "another one"),
                new Mistake("dataset render FOLDER/loop --clips 1", "loop is a link", "name another path"),
                new Mistake("dataset render FOLDER/r --clips 2147483647", "at most 1000000 clips", "2147483647"),
                new Mistake("dataset render FOLDER/r --frames 2147483647", "of 1000000 frames", "2147483647"),
                new Mistake("bench train --batch 2147483647", "--batch must be from 1 to 1024", "2147483647"),
                new Mistake("bench decoder --batch 2147483647", "--batch from 1 to 1024", "2147483647"),
                new Mistake("bench stream --streams 2147483647", "--streams from 1 to 1024", "2147483647"),
                new Mistake("generate --server here", "HOST:PORT", "here"),
                new Mistake("invert no/such.png", "no picture"),
                new Mistake("up --port 99999", "--port", "65535", "99999"),
                new Mistake("up --port 0 --kafka-port 0 --http-port 0 --model FOLDER/empty", "model.json is missing"),
                new Mistake("up --port 9000 --http-port 9000", "--port 9000", "--http-port 9000", "in common"),
                new Mistake("up --processes --kafka-port 9001", "--port 9000 (and up to 9002)", "--kafka-port 9001"),
                new Mistake("up --processes --motions 100000", "--motions", "from 1 to 64", "100000"),
                new Mistake(
                        "up --port 0 --kafka-port 0 --http-port 0 --model MODEL --data FOLDER/text",
                        "text",
                        "a file stands in its place",
                        "--data"),
                new Mistake("generate --from -5", "--from must be from 0 to 2^53", "-5"),
                new Mistake("generate --from 9007199254740993", "--from must be from 0 to 2^53"),
                new Mistake("generate --fps NaN", "--fps must be from 0.001 to 1000", "NaN"),
                new Mistake("generate --fps 0.0001", "--fps must be from 0.001 to 1000"),
                new Mistake("generate --time-step 0", "--time-step must be from 2^-20 to 1024"),
                new Mistake("generate --seed 1 --truncation 9", "--truncation must be from -2 to 2", "9"),
                new Mistake("generate --variant a..b", "variant"),
                new Mistake("broadcast start --id a --from -5", "--from must be from 0 to 2^53", "-5"),
                new Mistake("generate --model MODEL --variant ghost", "no variant \"ghost\"", "base", "--variant"),
                new Mistake("generate --model MODEL --w0 FOLDER/w.json", "--w0 has 3 values", "takes 64"),
                new Mistake("generate --model MODEL --image FOLDER/text", "text is no picture"),
                new Mistake("invert --model MODEL FOLDER/text", "text is no picture"),
                new Mistake("demo --image FOLDER/text", "text is no picture"),
                new Mistake("invert FOLDER/nothing", "nothing is empty"),
                new Mistake("generate --server localhost:1 --model MODEL", "--model", "--server", "one of them"),
                new Mistake("generate --frames 9999999999999999999", "--frames", "lies outside of -2^63 to 2^63 - 1"),
                new Mistake("up --port 99999999999", "--port", "lies outside of -2^31 to 2^31 - 1"),
                new Mistake("generate --frames many", "--frames", "'many' is no whole number"),
                new Mistake("generate --fps fast", "--fps", "'fast' is no number"),
                new Mistake(
                        "generate --model MODEL --edit ghost=1",
                        "--edit",
                        "ghost",
                        "the model has skin, hair",
                        "directions"),
                new Mistake("generate --edit smile", "--edit is NAME=STRENGTH", "smile"),
                new Mistake("generate --edit smile=much", "much", "smile", "from -10 to 10"),
                new Mistake("model directions FOLDER/empty", "model.json is missing"),
                new Mistake("model directions MODEL --dry-run --count 0", "--count", "from 1 to 64"),
                new Mistake("model directions MODEL --dry-run --strength NaN", "--strength", "NaN"),
                new Mistake("model directions MODEL --dry-run --out sheet.jpg", "--out", ".png"),
                new Mistake("generate --frmes 3", "--frmes", "did you mean --frames?"),
                new Mistake("generat", "did you mean generate?"),
                new Mistake("generate --out /dev/null", "/dev/null is a device"),
                new Mistake("watch --wait -1", "--wait", "-1"),
                new Mistake("watch --fps NaN", "--fps must be from 0.001 to 1000", "NaN"),
                new Mistake("dead replay --origin foo", "--origin is TOPIC-PARTITION@OFFSET", "foo"),
                new Mistake("watch --bootstrap localhost:1", "no Kafka broker answers at localhost:1", "styleinv up"),
                new Mistake("watch --variant ../x", "cannot name a variant"),
                new Mistake("model verify FOLDER/missing", "missing"),
                new Mistake("model", "list", "inspect", "verify"),
                new Mistake("dataset check no/such", "no/such"),
                new Mistake("parity", "--golden"),
                new Mistake("parity --golden no/such", "no/such", "fixtures"),
                new Mistake("brew coffee", "brew", "--help"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsOneSentenceWithAWayOut(Mistake mistake) {
        Run run = Run.of(mistake.arguments().toArray(String[]::new));
        assertNotEquals(0, run.code());
        assertEquals("", run.out());
        assertEquals(1, run.err().strip().lines().count(), run.err());
        assertTrue(run.err().startsWith("styleinv: "), run.err());
        for (String word : mistake.words()) {
            assertTrue(run.err().contains(word), "no \"" + word + "\" in: " + run.err());
        }
    }

    @Test
    void onlyACommandThatCanDoWithoutAMeshSaysSo() {
        assertFalse(Run.of("broadcast", "list", "--server", "localhost:1").err().contains("leave it out"));
    }

    @Test
    void whatAServiceSaysOfARequestNamesTheOptions() {
        assertEquals(
                "--frames must be at most 1 when running backwards from --from 0",
                StreamOptions.inOptions("frame_count must be at most 1 when running backwards from first_index 0"));
        assertEquals("--fps must be from 0.001 to 1000", StreamOptions.inOptions("fps must be from 0.001 to 1000"));
        assertEquals(
                "--truncation is for a seed, got --time-step",
                StreamOptions.inOptions("truncation_psi is for a seed, got time_step"));
    }

    @Test
    void whatCannotBeUsedIsExitCode2WhereverItIsFound() {
        for (String command : List.of(
                "generate --model FOLDER/missing",
                "demo --model FOLDER/missing",
                "up --port 0 --kafka-port 0 --http-port 0 --model FOLDER/missing",
                "model verify FOLDER/missing",
                "model inspect FOLDER/missing",
                "generate --image FOLDER/missing",
                "generate --frames -1",
                "generate --frames many",
                "bench decoder --rounds 0",
                "bench stream --frames 1",
                "bench index --indexes -1",
                "bench index --indexes 9007199254740992",
                "bench load --streams 0",
                "bench load --fps NaN",
                "bench load --fps 0",
                "bench load --most 100000",
                "bench load --csv FOLDER/missing/load.csv",
                "bench load --server localhost:99999 --streams 1",
                "bench train --batch 0",
                "bench pictures --frames 0",
                "bench pictures --rounds 0",
                "bench replicas --counts 0",
                "bench replicas --counts 1,5",
                "bench replicas --counts 1,4 --partitions 3",
                "bench replicas --of encoder",
                "bench replicas --streams 0",
                "generate --seed 1 --server localhost:99999",
                "generate --seed 1 --server http://localhost:9000",
                "generate --seed 1 --server localhost:9000,::1:9000",
                "invert --server localhost:",
                "broadcast list --server :9000",
                "watch --bootstrap localhost:abc",
                "watch --bootstrap localhost:9092,",
                "dead list --bootstrap [::1]",
                "train watch --server localhost:0",
                "up --host localhost:9000",
                "up --host 192.0.2.1",
                "up --host [127.0.0.1]",
                "up --port 0 --kafka-port 0 --http-port 0 --advertise http://localhost",
                "broker --host 192.0.2.1",
                "up --port 70000",
                "up --processes --decoders -1",
                "broker --kafka-port 70000",
                "model verify pom.xml",
                "dataset check FOLDER/missing",
                "dataset check pom.xml",
                "dataset import FOLDER/missing FOLDER/missing-2",
                "dataset render FOLDER/missing-3 --size 3",
                "train generator --dry-run --outdir FOLDER/missing-2 --data FOLDER/missing",
                "parity --golden FOLDER/missing")) {
            assertEquals(2, Run.of(words(command).toArray(String[]::new)).code(), command);
        }
        assertEquals(
                1,
                Run.of("generate", "--server", "localhost:1", "--seed", "1", "--frames", "1")
                        .code());
    }

    @Test
    void parityShowsALineAFileAndEveryFailureByName() throws IOException {
        Path golden = Path.of("..", "network", "src", "test", "resources", "golden");
        Path few = Files.createDirectories(folder.resolve("few"));
        for (String file : List.of("ops.npz", "ops_cases.json", "image.npz", "generator_weights.npz")) {
            Files.copy(golden.resolve(file), few.resolve(file));
        }
        Run brief = Run.of("parity", "--golden", few.toString());
        assertEquals(2, brief.code());
        assertTrue(
                brief.err()
                        .strip()
                        .endsWith(
                                "styleinv: the fixtures in " + few + " cannot all be compared: generator_weights.npz: "
                                        + "read only with generator.npz, which is not there"),
                brief.err());
        List<String> lines = brief.out().lines().toList();
        assertTrue(lines.size() < 10, brief.out());
        assertTrue(
                lines.contains("FAILED generator_weights.npz: read only with generator.npz, which is not there"),
                brief.out());
        assertTrue(
                lines.get(lines.size() - 1).endsWith("in " + few + ", 1 failed: generator_weights.npz"), brief.out());
        Run all = Run.of("parity", "--golden", few.toString(), "--all");
        Run machine = Run.of("parity", "--golden", few.toString(), "--json");
        assertEquals(
                machine.out().lines().count() - 1 + lines.size(),
                all.out().lines().count());
    }

    static Stream<String> commands() {
        return under("", new CommandLine(new StyleinvCommand()));
    }

    private static Stream<String> under(String path, CommandLine command) {
        return Stream.concat(
                Stream.of(path),
                command.getSubcommands().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals("help"))
                        .flatMap(entry -> under((path + " " + entry.getKey()).strip(), entry.getValue())));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        Run run =
                Run.of(Stream.concat(Stream.of(command.split(" ")).filter(word -> !word.isEmpty()), Stream.of("--help"))
                        .toArray(String[]::new));
        assertEquals(0, run.code());
        assertTrue(run.out().startsWith("Usage: styleinv " + command), run.out());
        assertEquals("", run.err(), "a description that picocli cannot format");
    }

    @Test
    void aLatentIsReadAsItWasWritten() throws IOException {
        List<Float> w0 = List.of(0.25f, -1.5f, 3e-7f);
        Path npy = Files.write(folder.resolve("w0.npy"), LatentFile.npy(w0));
        Path json = Files.writeString(folder.resolve("w0.json"), "{\"psnr_db\": 30, \"w0\": [0.25, -1.5, 3e-7]}");
        Path bare = Files.writeString(folder.resolve("bare.json"), "[0.25, -1.5, 3e-7]");
        for (Path file : List.of(npy, json, bare)) {
            assertEquals(w0, LatentFile.read(file).getValuesList(), file.toString());
        }
        assertEquals(0, (Files.size(npy) - 4L * w0.size()) % 64);
        assertArrayEquals(
                new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0},
                java.util.Arrays.copyOf(Files.readAllBytes(npy), 8));
    }

    @Test
    void aRenderedDataSetIsChecked() throws IOException {
        Path data = folder.resolve("data");
        assertEquals(
                0,
                Run.of("dataset", "render", data.toString(), "--clips", "2", "--frames", "5")
                        .code());
        Run good = Run.of("dataset", "check", data.toString(), "--json");
        assertEquals(0, good.code(), good.err());
        assertTrue(good.out().contains("\"clips\":2") && good.out().contains("\"frames\":10"), good.out());
        Files.writeString(data.resolve("broken.mp4"), "this is no video");
        Run bad = Run.of("dataset", "check", data.toString());
        assertNotEquals(0, bad.code());
        assertTrue(bad.out().contains("broken.mp4"), bad.out());
        assertFalse(bad.out().contains("Exception"), bad.out());
    }
}
