package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code train all} on the smallest budget, then the model is verified, served and streamed: the packaged program. */
@Tag("long")
@Timeout(1200)
class NothingToVideoIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();

    @TempDir
    private Path folder;

    @Test
    void oneCommandGoesFromNothingToAModelThatStreams() throws Exception {
        String model = folder.resolve("model").toString();
        List<String> train =
                List.of("train", "all", "--work", folder.resolve("work").toString(), "--out", model, "--clips", "2");
        List<String> budget = List.of(
                "--generator-kimg", "0.008", "--encoder-kimg", "0.008", "--motion-kimg", "0.064", "--batch", "4");
        styleinv(train, budget);
        for (String stage : List.of("generator", "encoder", "motion")) {
            assertTrue(Files.exists(folder.resolve("work/" + stage + "/config.json")), stage);
        }
        styleinv(List.of("model", "verify", model));

        String out = styleinv(List.of("generate", "--model", model, "--seed", "1", "--frames", "5", "--hashes"));
        List<String> hashes =
                out.lines().filter(line -> line.matches("\\d+ [0-9a-f]{64}")).toList();
        assertEquals(5, hashes.size(), out);
        String again = styleinv(
                List.of("generate", "--model", model, "--seed", "1", "--frames", "1", "--from", "4", "--hashes"));
        assertTrue(again.contains(hashes.get(4)), again);
    }

    @SafeVarargs
    private String styleinv(List<String>... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx1g",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-Dstyleinv.home=" + HOME,
                "-jar",
                HOME.resolve("mesh/target/quarkus-app/quarkus-run.jar").toString()));
        List.of(arguments).forEach(command::addAll);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertTrue(process.waitFor(5, TimeUnit.MINUTES), "still runs: " + command);
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> command + " said:\n" + text(err));
        return text(out);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
