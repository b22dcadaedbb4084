package org.styleinv.mesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.process.Boot;

/**
 * The training Jobs as processes of the packaged program: their very arguments, on the smallest budget, in the order that
 * Kubernetes could run them in, evicted, killed and tried again; then the model is served and streamed, and gets a variant.
 */
@Tag("long")
@Timeout(1200)
class TrainingJobIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final Map<String, String> BUDGET = Map.of(
            "--kimg", "0.048", "--batch", "4", "--watch-host", "localhost", "--watch-port", "0", "--page-port", "0");
    private static final int KILLED = 128 + 9;
    private static final int TRY_AGAIN = 75;
    private static final int NOT_YET = 69;

    @TempDir
    private Path folder;

    @Test
    void theJobsSurviveWhatPodsGoThroughAndTheirModelStreams() throws Exception {
        Files.createDirectories(folder.resolve("models"));
        render("videos", "colour");
        render("sketch", "sketch");
        Map<String, JsonNode> jobs = jobs();

        assertEquals(NOT_YET, run(container(jobs, "train-encoder", "initContainers", 0), process -> {}), this::said);
        List<String> generator = container(jobs, "train-generator", "containers", 0);
        generator.add("--tick=0"); // a line for each step, so that there is a moment to break in at
        assertEquals(TRY_AGAIN, run(generator, process -> process.toHandle().destroy()), this::said);
        assertTrue(said().contains("page: http://localhost:"), this::said);
        complete(jobs, "train-generator");
        complete(jobs, "train-encoder");
        List<String> motion = container(jobs, "train-motion", "containers", 0);
        motion.add("--tick=0");
        assertEquals(KILLED, run(motion, process -> process.toHandle().destroyForcibly()), this::said);
        assertEquals(NOT_YET, run(container(jobs, "publish", "initContainers", 0), process -> {}), this::said);
        complete(jobs, "train-motion");
        complete(jobs, "publish");

        String model = folder.resolve("models/faces-64").toString();
        List<String> hashes = hashes(model, 0, 5);
        assertEquals(5, hashes.size(), this::said);
        assertEquals(hashes.subList(4, 5), hashes(model, 4, 1));

        complete(jobs, "train-style");
        complete(jobs, "publish-sketch");
        assertTrue(Files.exists(folder.resolve("models/faces-64/variants/sketch/generator.safetensors")));
        assertEquals(0, run(List.of("model", "verify", model), process -> {}), this::said);
    }

    private void render(String name, String style) throws Exception {
        String at = folder.resolve("data").resolve(name).toString();
        List<String> line =
                List.of("dataset", "render", at, "--clips=2", "--frames=128", "--size=64", "--style=" + style);
        assertEquals(0, run(line, process -> {}), this::said);
    }

    private static Map<String, JsonNode> jobs() throws IOException {
        Map<String, JsonNode> jobs = new HashMap<>();
        for (String overlay : List.of("training", "training-sketch")) {
            for (JsonNode job :
                    Kustomization.render(HOME.resolve("k8s/overlays").resolve(overlay))) {
                jobs.put(job.at("/metadata/name").asText(), job);
            }
        }
        return jobs;
    }

    /** Runs every container of a Job's pod to its end. */
    private void complete(Map<String, JsonNode> jobs, String job) throws Exception {
        for (String kind : List.of("initContainers", "containers")) {
            int count = jobs.get(job).at("/spec/template/spec/" + kind).size();
            for (int i = 0; i < count; i++) {
                List<String> line = container(jobs, job, kind, i);
                assertEquals(0, run(line, process -> {}), () -> line + ": " + said());
            }
        }
    }

    /** A container's arguments, its volumes in a temporary folder. */
    private List<String> container(Map<String, JsonNode> jobs, String job, String kind, int i) {
        List<String> line = new ArrayList<>();
        for (JsonNode argument : jobs.get(job).at("/spec/template/spec/" + kind + "/" + i + "/args")) {
            String[] option = argument.asText().split("=", 2);
            String value = option.length == 1 ? option[0] : BUDGET.getOrDefault(option[0], option[1]);
            String placed = value.replaceFirst("^/", folder + "/");
            line.add(option.length == 1 ? placed : option[0] + "=" + placed);
        }
        assertFalse(line.isEmpty(), job + " " + kind);
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
                "-Dstyleinv.app=" + HOME.resolve("mesh/target/quarkus-app"),
                "-cp",
                HOME.resolve("mesh/target/quarkus-app/quarkus-run.jar") + ":" + HOME.resolve("mesh/target/boot"),
                Boot.class.getName()));
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
