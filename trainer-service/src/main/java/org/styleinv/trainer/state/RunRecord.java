package org.styleinv.trainer.state;

import ai.djl.engine.Engine;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.RegularFile;

/** {@code config.json} of a run: what was asked, of which code, on which machine, once for each start. */
public final class RunRecord {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final String NETWORKS = "networks";

    private RunRecord() {}

    /**
     * Adds a start to {@code config.json} in {@code folder}.
     *
     * @param step that the run goes on from
     * @param options as given or by default, by name
     */
    public static void start(Path folder, String stage, long step, Map<String, ?> options) throws IOException {
        ObjectNode record = read(folder.resolve("config.json"));
        record.put("stage", stage);
        ArrayNode starts = record.withArray("starts");
        ObjectNode start = starts.addObject();
        start.put("time", Instant.now().toString());
        start.put("step", step);
        start.put("commit", commit());
        start.set("options", JSON.valueToTree(options));
        start.set("environment", JSON.valueToTree(environment()));
        write(folder, record);
    }

    /** Writes which networks the run in {@code folder} is made of. */
    public static void networks(Path folder, Object networks) throws IOException {
        Files.createDirectories(folder);
        ObjectNode record = read(folder.resolve("config.json"));
        record.set(NETWORKS, JSON.valueToTree(networks));
        write(folder, record);
    }

    /**
     * Which networks the run in {@code folder} is made of, where its record says so.
     *
     * @throws IOException where the record is damaged
     */
    public static <T> Optional<T> networks(Path folder, Class<T> type) throws IOException {
        Path file = folder.resolve("config.json");
        JsonNode networks = read(file).get(NETWORKS);
        try {
            return networks == null ? Optional.empty() : Optional.ofNullable(JSON.treeToValue(networks, type));
        } catch (JsonProcessingException e) {
            throw new IOException(file + " has networks that this program does not know: " + e.getOriginalMessage(), e);
        }
    }

    private static ObjectNode read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return JSON.createObjectNode();
        }
        try {
            if (JSON.readTree(RegularFile.bytes(file)) instanceof ObjectNode record) {
                return record;
            }
        } catch (JsonProcessingException e) {
            throw new FileRefused(file + " is not JSON: " + e.getOriginalMessage() + "; is it the record of a run?", e);
        }
        throw new FileRefused(file + " holds no JSON object, so it is not the record of a run: name another folder");
    }

    private static void write(Path folder, ObjectNode record) throws IOException {
        replace(folder.resolve("config.json"), JSON.writeValueAsBytes(record));
    }

    /** Writes a file whole or not at all. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.write(partial, content);
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Map<String, Object> environment() {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("java", Runtime.version().toString());
        environment.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        environment.put("cores", Runtime.getRuntime().availableProcessors());
        environment.put("heap_mb", Runtime.getRuntime().maxMemory() >> 20);
        Engine engine = Engine.getEngine("PyTorch");
        environment.put("engine", engine.getEngineName() + " " + engine.getVersion());
        environment.put("device", ComputeDevice.chosen().toString());
        environment.put("threads", System.getProperty("ai.djl.pytorch.num_threads", "default"));
        return environment;
    }

    /** The commit of the code that runs, by git where it runs from a checkout; {@code STYLEINV_COMMIT} comes first. */
    public static String commit() {
        String given = System.getenv("STYLEINV_COMMIT");
        if (given != null) {
            return given;
        }
        try {
            Path code = Path.of(RunRecord.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
                    .directory((Files.isDirectory(code) ? code : Objects.requireNonNull(code.getParent())).toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? said : "unknown";
        } catch (IOException | java.net.URISyntaxException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
