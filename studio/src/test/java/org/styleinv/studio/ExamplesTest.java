package org.styleinv.studio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples do what their first line says. One whose language is not on this machine is skipped, visibly. */
@QuarkusTest
@QuarkusTestResource(FakePort.class)
@Timeout(120)
class ExamplesTest {
    private static final Path EXAMPLES =
            Path.of("..", "examples").toAbsolutePath().normalize();
    private static final int FRAMES = 5;

    @TestHTTPResource
    URI base;

    @ConfigProperty(name = "fake.port")
    int grpc;

    @TempDir
    Path folder;

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    private void run(String ending, List<String> command, String address) throws Exception {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(address, Integer.toString(FRAMES), folder.toString()));
        Path log = Files.createTempFile("example", ".log");
        Process process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertTrue(process.waitFor(90, TimeUnit.SECONDS), all + " did not end");
        assertEquals(0, process.exitValue(), Files.readString(log));
        Files.delete(log);
        holdsTheFrames(ending);
    }

    private void holdsTheFrames(String ending) throws IOException {
        var names = new TreeSet<String>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        var wanted = new TreeSet<String>();
        for (int i = 0; i < FRAMES; i++) {
            wanted.add(i + ending);
        }
        assertEquals(wanted, names);
        for (String name : names) {
            assertNotNull(ImageIO.read(folder.resolve(name).toFile()), name + " is no picture");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sh,      http/frames.sh,  .png, curl",
        "python3, http/frames.py,  .jpg, python3",
        "node,    http/frames.mjs, .jpg, node"
    })
    void overHttp(String program, String example, String ending, String needed) throws Exception {
        assumeTrue(isThere(needed), "there is no " + needed + " on this machine");
        List<String> command = program.equals("node")
                ? List.of(
                        "node",
                        "--experimental-websocket",
                        EXAMPLES.resolve(example).toString())
                : List.of(program, EXAMPLES.resolve(example).toString());
        run(ending, command, base.toString().replaceFirst("/$", ""));
    }

    @Test
    void inJava() throws Exception {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        run(
                ".png",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        path,
                        EXAMPLES.resolve("java/Frames.java").toString()),
                "localhost:" + grpc);
    }

    @Test
    void inNodeByGrpc() throws Exception {
        assumeTrue(isThere("node"), "there is no node on this machine");
        assumeTrue(
                Files.isDirectory(EXAMPLES.resolve("grpc-node/node_modules")),
                "npm install was not run in examples/grpc-node");
        run(".png", List.of("node", EXAMPLES.resolve("grpc-node/frames.mjs").toString()), "localhost:" + grpc);
    }

    @Test
    void inPythonByGrpc() throws Exception {
        assumeTrue(
                Files.isDirectory(EXAMPLES.resolve("grpc-python/styleinv")),
                "the code for Python was not generated in examples/grpc-python");
        run(".png", List.of("python3", EXAMPLES.resolve("grpc-python/frames.py").toString()), "localhost:" + grpc);
    }
}
