package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./styleinv bench gpu --brief} by the packaged application: each part runs, and a CPU's figures are said to be none of a GPU's. */
@Tag("thorough")
@Timeout(900) // a minute of a core, beside tests that start meshes
class GpuRehearsalIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyPartIsRehearsedOnTheCpu(@TempDir Path folder) throws Exception {
        Path markdown = folder.resolve("gpu.md");
        Path errors = folder.resolve("errors");
        var bench = new ProcessBuilder(
                        HOME.resolve("styleinv").toString(),
                        "bench",
                        "gpu",
                        "--brief",
                        "--json",
                        "--markdown",
                        markdown.toString())
                .directory(folder.toFile())
                .redirectError(errors.toFile());
        bench.environment().putAll(Map.of("STYLEINV_BUILD", "never", "STYLEINV_DEVICE", "cpu"));
        Process process = bench.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), () -> said + read(errors));
        assertTrue(read(errors).contains("this is a rehearsal on the CPU"), () -> read(errors));

        Map<String, JsonNode> last = new LinkedHashMap<>(); // line of each name
        for (String line : said.lines().toList()) {
            JsonNode figures = JSON.readTree(line);
            last.put(figures.path("name").asText(), figures);
        }
        assertEquals(
                new TreeSet<>(
                        List.of("machine", "gemm", "decoder", "motion", "frames", "fetch", "train", "load", "held")),
                new TreeSet<>(last.keySet()),
                said);
        assertTrue(last.get("machine").path("rehearsal").asBoolean(), said);
        assertEquals("cpu()", last.get("machine").path("device").asText(), said);
        for (Map.Entry<String, String> figure : Map.of(
                        "gemm", "gemm_gflops",
                        "decoder", "percent_of_gemm",
                        "motion", "percent_of_gemm",
                        "fetch", "ms_per_frame",
                        "train", "seconds_per_kimg",
                        "load", "fps")
                .entrySet()) {
            assertTrue(last.get(figure.getKey()).path(figure.getValue()).asDouble() > 0, figure + " in " + said);
        }
        assertEquals(0, last.get("frames").path("alone_and_together").asInt(-1), said); // to the bit, on a CPU
        assertEquals("f16", last.get("frames").path("precision").asText(), said);
        assertTrue(last.get("frames").path("psnr_db").asDouble() > 38, said);
        assertEquals(64, last.get("decoder").path("resolution").asInt(), said);

        List<String> rows = Files.readAllLines(markdown);
        assertTrue(rows.stream().allMatch(row -> row.isEmpty() || row.startsWith("|")), rows::toString);
        assertEquals(
                2, rows.stream().filter(row -> row.startsWith("| decoder |")).count(), rows::toString);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
