package org.styleinv.mesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The training Job as processes of the packaged program: its very arguments, on the smallest budget, evicted, tried again;
 * then the model is verified, served and streamed. From nothing to a video.
 */
@Tag("long")
@Timeout(1200)
class TrainingJobIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final Map<String, String> BUDGET = Map.of(
            "--clips",
            "2",
            "--generator-kimg",
            "0.008",
            "--encoder-kimg",
            "0.008",
            "--motion-kimg",
            "0.064",
            "--batch",
            "4");

    @TempDir
    private Path folder;

    @Test
    void theJobSurvivesAnEvictionAndItsModelStreams() throws Exception {
        List<String> job = job();
        // SIGTERM at the first line of figures; 75 says that it was saved, 143 that there was nothing to save
        int evicted = run(job, process -> process.toHandle().destroy());
        assertTrue(evicted == 75 || evicted == 143, () -> evicted + ": " + said());
        assertEquals(0, run(job, process -> {}), this::said);

        String model = folder.resolve("runs/mine/model").toString();
        assertEquals(0, run(List.of("model", "verify", model), process -> {}), this::said);
        List<String> hashes = hashes(model, 0, 5);
        assertEquals(5, hashes.size(), this::said);
        assertEquals(hashes.subList(4, 5), hashes(model, 4, 1));
    }

    /** The manifest's arguments, its volumes in a temporary folder. */
    private List<String> job() throws IOException {
        JsonNode manifest = Kustomization.render(HOME.resolve("k8s/training")).get(0);
        List<String> line = new ArrayList<>();
        for (JsonNode argument : manifest.at("/spec/template/spec/initContainers/0/args")) {
            String[] option = argument.asText().split("=", 2);
            String value = option.length == 1 ? null : BUDGET.getOrDefault(option[0], option[1]);
            line.add(value == null ? option[0] : option[0] + "=" + value.replaceFirst("^/", folder + "/"));
        }
        return line;
    }

    private List<String> hashes(String model, int from, int count) throws Exception {
        List<String> line =
                List.of("generate", "--model=" + model, "--seed=1", "--from=" + from, "--frames=" + count, "--hashes");
        assertEquals(0, run(line, process -> {}), this::said);
        return Files.readAllLines(folder.resolve("out")).stream()
                .filter(text -> text.matches("\\d+ [0-9a-f]{64}"))
                .toList();
    }

    /** Runs the program and does something to it at its first line of output. */
    private int run(List<String> arguments, Consumer<Process> atFirstLine) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-jar",
                HOME.resolve("mesh/target/quarkus-app/quarkus-run.jar").toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        try (BufferedReader reader = process.inputReader()) {
            List<String> out = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                out.add(line);
                if (out.size() == 1) {
                    atFirstLine.accept(process);
                }
            }
            Files.write(folder.resolve("out"), out);
            assertTrue(process.waitFor(1, TimeUnit.MINUTES), "still runs");
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private String said() {
        try {
            return Files.readString(folder.resolve("err"));
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
