package org.styleinv.mesh.bench.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./styleinv bench replicas} by the packaged application: every frame was made by a replica of the mesh that was read. */
@Tag("long")
@Timeout(600)
class ReplicaBenchIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(strings = {"decoder", "motion"})
    void allReplicasTogetherMakeWhatViewersSaw(String service, @TempDir Path folder) throws Exception {
        Path errors = folder.resolve("errors");
        List<String> command = List.of(
                HOME.resolve("styleinv").toString(),
                "bench",
                "replicas",
                "--of",
                service,
                "--counts",
                "1,2",
                "--streams",
                "4",
                "--each",
                "--frames",
                "20",
                "--rounds",
                "2",
                "--warm-up",
                "40",
                "--partitions",
                "8",
                "--json");
        var bench = new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
        bench.environment().putAll(Map.of("STYLEINV_BUILD", "never", "STYLEINV_DEVICE", "cpu"));
        Process process = bench.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said + Files.readString(errors));

        List<JsonNode> lines = new ArrayList<>();
        for (String line : said.lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        assertEquals(2, lines.size(), said);
        for (int i = 0; i < 2; i++) {
            JsonNode figures = lines.get(i);
            int replicas = i + 1;
            assertEquals(service, figures.path("of").asText(), said);
            assertEquals(replicas, figures.path("replicas").asInt(), said);
            assertEquals(8, figures.path("partitions").asInt(), said);
            assertEquals(4 * replicas, figures.path("streams").asInt(), said);
            assertEquals(replicas, figures.path("made_by_replica").size(), said);
            long made = 0;
            for (JsonNode one : figures.path("made_by_replica")) {
                made += one.asLong();
            }
            // Once more may be made what was late or went to a replica that the group had just taken it from.
            assertTrue(made >= 2L * 4 * replicas * 20, said);
            assertTrue(
                    figures.path("cpu_ms_per_frame").asDouble() > 0
                            && figures.path("cpu_ms_per_frame").asDouble()
                                    < figures.path("mesh_cpu_ms_per_frame").asDouble(),
                    said);
            assertEquals(
                    1000 / figures.path("cpu_ms_per_frame").asDouble(),
                    figures.path("fps_per_core").asDouble(),
                    0.5 * figures.path("fps_per_core").asDouble(), // medians of two rounds, each the mean
                    said);
        }
        assertEquals(1, lines.get(0).path("ratio").asDouble(), said);
        assertEquals(1, lines.get(0).path("least_share").asDouble(), said);
        assertTrue(lines.get(1).path("ratio").asDouble() > 0, said);
    }
}
