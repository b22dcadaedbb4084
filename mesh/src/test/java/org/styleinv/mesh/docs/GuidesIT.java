package org.styleinv.mesh.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.broker.Ports;

/**
 * Every command of docs/guides, as it is written there but for ports: before each block of commands a comment says whether
 * it is run, and with what instead of what ({@code <!-- long: kimg 30=kimg 0.016 -->}). One mesh serves all guides, which is
 * started by the command of the first one; what a guide writes lies in one folder, so that the next may use it.
 */
@Tag("thorough")
@Timeout(300)
class GuidesIT {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Path GUIDES = HOME.resolve("docs/guides");
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- (up|run|long)(?:: ([^\\n]*))? -->\\n)?```(\\w*)\\n(.*?)```\\n", Pattern.DOTALL);
    private static final Pattern COMMAND =
            Pattern.compile("(?m)^(?:\\$ )?(?:\\./styleinv|curl|ffplay|mvn|git|kubectl) ");

    @TempDir
    private static Path folder;

    private static final int GRPC = Ports.free();
    private static final int KAFKA = Ports.free();
    private static final int HTTP = Ports.free();

    private static Process mesh;

    /** A block of commands, with how it is run; empty where it is not. */
    private record Block(String how, String instead, String language, String text) {
        static List<Block> of(String guide) throws IOException {
            List<Block> blocks = new ArrayList<>();
            Matcher found = BLOCK.matcher(Files.readString(GUIDES.resolve(guide)));
            while (found.find()) {
                blocks.add(new Block(
                        found.group(1) == null ? "" : found.group(1),
                        found.group(2) == null ? "" : found.group(2),
                        found.group(3),
                        found.group(4)));
            }
            return blocks;
        }

        /** The commands at this test's ports, and with what the comment says. */
        String here() {
            String here = text.replace("localhost:8080", "localhost:" + HTTP)
                    .replace("localhost:9000", "localhost:" + GRPC)
                    .replace("localhost:9092", "localhost:" + KAFKA);
            for (String change : instead.isEmpty() ? new String[0] : instead.split(", ")) {
                String[] sides = change.split("=");
                assertTrue(here.contains(sides[0]), "the block has no \"" + sides[0] + "\": " + text);
                here = here.replace(sides[0], sides[1]);
            }
            return here;
        }
    }

    @BeforeAll
    static void up() throws Exception {
        for (String name : List.of("styleinv", "docs")) {
            Files.createSymbolicLink(folder.resolve(name), HOME.resolve(name));
        }
        Files.createDirectories(folder.resolve("models")); // guides write there
        Files.createSymbolicLink(folder.resolve("models/faces-64"), HOME.resolve("models/faces-64"));
        Files.copy(HOME.resolve("mesh/src/main/resources/org/styleinv/mesh/face.png"), folder.resolve("me.png"));
        List<Block> first = Block.of("first-stream.md").stream()
                .filter(block -> block.how().equals("up"))
                .toList();
        assertEquals(1, first.size());
        mesh = shell("exec " + first.get(0).text().strip() + " --port " + GRPC + " --kafka-port " + KAFKA
                        + " --http-port " + HTTP + " --data " + folder.resolve("mesh-data"))
                .redirectOutput(folder.resolve("up.log").toFile())
                .redirectErrorStream(true)
                .start();
        Path log = folder.resolve("up.log");
        while (!Files.readString(log).contains("the mesh is up")) {
            assertTrue(mesh.isAlive(), () -> "it did not come up: " + read(log));
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @AfterAll
    static void down() throws Exception {
        if (mesh != null) {
            mesh.destroy();
            assertTrue(mesh.waitFor(60, TimeUnit.SECONDS), "the mesh does not stop");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ProcessBuilder shell(String commands) {
        var shell = new ProcessBuilder("sh", "-euc", commands).directory(folder.toFile());
        shell.environment().put("STYLEINV_BUILD", "never");
        shell.environment().put("STYLEINV_JAVA_OPTS", "-XX:TieredStopAtLevel=1"); // short commands: half of the time
        return shell;
    }

    private static void run(Block block) throws Exception {
        Process process = shell(block.here()).redirectErrorStream(true).start();
        process.getOutputStream().close();
        var said = new StringBuilder();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(line -> said.append(line).append('\n'));
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), block.text());
        assertEquals(0, process.exitValue(), block.here() + "says\n" + said);
    }

    /** Runs a guide's blocks of one kind in order; files that they name by --out or -o are there afterwards. */
    private static void run(String guide, String how) throws Exception {
        int ran = 0;
        for (Block block : Block.of(guide)) {
            if (block.how().equals(how)) {
                run(block);
                ran++;
                Matcher file =
                        Pattern.compile("(?:--out|-o) ([^/ \\n][^ \\n]*)").matcher(block.text());
                while (file.find()) {
                    assertTrue(Files.exists(folder.resolve(file.group(1))), file.group(1) + " was not written");
                }
            }
        }
        assertTrue(ran > 0, guide + " has nothing to " + how);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first-stream.md", "your-picture.md", "your-style.md", "embed.md", "operate.md"})
    void commandsDoWhatTheGuideSays(String guide) throws Exception {
        run(guide, "run");
    }

    @Tag("long")
    @Test
    @Timeout(1800)
    void aModelAndAStyleAreMadeAsTheGuidesSay() throws Exception {
        Path videos = Files.createDirectories(folder.resolve("videos"));
        for (int seed = 1; seed <= 4; seed++) {
            run(new Block(
                    "run",
                    "",
                    "",
                    "curl -sSf -o videos/" + seed + ".mp4 'http://localhost:8080/v1/streams.mp4?seed=" + seed
                            + "&frames=40&pace=fast'\n"));
        }
        assertEquals(4, videos.toFile().list().length);
        run("your-videos.md", "long");
        run("your-style.md", "long");
    }

    /** No command stands in a block that nobody runs. */
    @Test
    void everyCommandIsRun() throws IOException {
        List<String> unmarked = new ArrayList<>();
        int marked = 0;
        try (Stream<Path> guides = Files.list(GUIDES)) {
            for (Path guide : guides.toList()) {
                String name = guide.getFileName().toString();
                for (Block block : Block.of(name)) {
                    marked += block.how().isEmpty() ? 0 : 1;
                    if (block.how().isEmpty()
                            && (block.language().isEmpty()
                                    || COMMAND.matcher(block.text()).find())) {
                        unmarked.add(name + ": " + block.text());
                    }
                }
                String prose = BLOCK.matcher(Files.readString(guide)).replaceAll("");
                if (COMMAND.matcher(prose).find()) {
                    unmarked.add(name + " has a command outside of a block");
                }
            }
        }
        assertEquals(List.of(), unmarked);
        assertTrue(marked > 15, marked + " blocks are marked");
    }
}
