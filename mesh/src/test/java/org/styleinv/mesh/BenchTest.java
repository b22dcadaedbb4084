package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.mesh.command.Run;

/** What {@code bench} promises to machines: its keys, and figures that agree with each other. How fast is not tested. */
@Tag("thorough")
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(120)
class BenchTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "styleinv.model")
    String model;

    private static JsonNode figures(String... arguments) throws IOException {
        Run run = Run.of(arguments);
        assertEquals(0, run.code(), run.err());
        return JSON.readTree(run.out());
    }

    private static void assertPositive(JsonNode figures, List<String> keys) {
        for (String key : keys) {
            assertTrue(figures.path(key).asDouble() > 0, key + " in " + figures);
        }
    }

    private static void assertRatio(JsonNode figures, String ratio, double above, double below) {
        double expected = above / below;
        assertEquals(expected, figures.get(ratio).asDouble(), 0.01 * expected + 0.001, ratio + " in " + figures);
    }

    @Test
    void aFrameHasAPriceAtEachIndex() throws IOException {
        Run run = Run.of(
                "bench",
                "index",
                "--model",
                model,
                "--indexes",
                "7,1000000000000",
                "--frames",
                "20",
                "--rounds",
                "1",
                "--json");
        assertEquals(0, run.code(), run.err());
        List<JsonNode> lines = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        assertEquals(
                List.of(7L, 1_000_000_000_000L),
                lines.stream().map(line -> line.get("index").asLong()).toList());
        for (JsonNode line : lines) {
            assertRatio(
                    line,
                    "ratio",
                    line.get("ms_per_frame").asDouble(),
                    line.get("baseline_ms_per_frame").asDouble());
        }
    }

    @ParameterizedTest
    @CsvSource({"decoder, f16", "motion, bf16"})
    void halfPrecisionIsMeasuredAgainstProductsOfItsOwn(String network, String precision) throws IOException {
        JsonNode figures = figures(
                "bench",
                network,
                "--model",
                model,
                "--batch",
                "1",
                "--rounds",
                "1",
                "--precision",
                precision,
                "--json");
        assertEquals(precision, figures.path("precision").asText());
        assertPositive(figures, List.of("ms_per_frame", "gemm_gflops", "baseline_ms_per_frame"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"decoder", "encoder", "motion"})
    void aNetworksFiguresAgree(String network) throws IOException {
        JsonNode figures = figures("bench", network, "--model", model, "--batch", "2", "--rounds", "1", "--json");
        assertEquals(network, figures.path("name").asText());
        assertEquals(16, figures.path("resolution").asInt());
        assertEquals(2, figures.path("batch").asInt());
        assertEquals("f32", figures.path("precision").asText());
        assertEquals("cpu", figures.path("device").asText());
        assertEquals("plain eager DJL, f32", figures.path("baseline").asText());
        assertPositive(
                figures,
                List.of("ms_per_frame", "useful_gflops", "gemm_gflops", "percent_of_gemm", "baseline_ms_per_frame"));
        assertRatio(
                figures,
                "ratio",
                figures.get("ms_per_frame").asDouble(),
                figures.get("baseline_ms_per_frame").asDouble());
        assertRatio(
                figures,
                "useful_gflops",
                1000 * figures.get("gflop_per_frame").asDouble(),
                figures.get("ms_per_frame").asDouble());
        assertRatio(
                figures,
                "percent_of_gemm",
                100 * figures.get("useful_gflops").asDouble(),
                figures.get("gemm_gflops").asDouble());
    }

    @Test
    void aPresetIsMeasuredAtTheResolutionsAskedFor() throws IOException {
        Run run = Run.of(
                "bench",
                "decoder",
                "--preset",
                "paper256",
                "--resolution",
                "16,32",
                "--batch",
                "1",
                "--rounds",
                "1",
                "--json");
        assertEquals(0, run.code(), run.err());
        List<JsonNode> rows = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            rows.add(JSON.readTree(line));
        }
        assertEquals(
                List.of(16, 32),
                rows.stream().map(row -> row.path("resolution").asInt()).toList());
        assertTrue(rows.get(0).get("gflop_per_frame").asDouble()
                < rows.get(1).get("gflop_per_frame").asDouble());
    }

    @ParameterizedTest
    @ValueSource(strings = {"48", "8", "2048", "-64"})
    void aResolutionThatNoNetworkHasIsRefused(String resolution) {
        Run run = Run.of("bench", "motion", "--preset", "paper256", "--resolution", resolution);
        assertEquals(2, run.code());
        assertTrue(run.err().contains("powers of two from 16 to 1024, got [" + resolution + "]"), run.err());
    }

    @Test
    void aModelsResolutionIsItsOwn() {
        Run run = Run.of("bench", "decoder", "--model", model, "--resolution", "64");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--resolution goes with --preset"), run.err());
    }

    /** The layers' products are all there are; their times are the whole's. */
    @ParameterizedTest
    @ValueSource(strings = {"decoder", "encoder", "motion"})
    void aNetworksLayersAreAllOfIt(String network) throws IOException {
        String[] asked = {"bench", network, "--model", model, "--batch", "2", "--rounds", "1", "--json"};
        JsonNode whole = figures(asked);
        List<String> arguments = new ArrayList<>(List.of(asked));
        arguments.add("--layers");
        Run run = Run.of(arguments.toArray(String[]::new));
        assertEquals(0, run.code(), run.err());
        List<JsonNode> rows = new ArrayList<>();
        for (String line : run.out().lines().toList()) {
            rows.add(JSON.readTree(line));
        }
        JsonNode all = rows.remove(rows.size() - 1);
        assertEquals("all", all.path("layer").asText());
        assertTrue(rows.size() > 5, rows::toString);
        double gflop = whole.get("gflop_per_frame").asDouble();
        assertEquals(gflop, all.get("gflop_per_frame").asDouble(), 0.001 * gflop);
        assertEquals(
                1, rows.stream().mapToDouble(row -> row.get("share").asDouble()).sum(), 0.01);
        rows.forEach(row -> assertPositive(row, List.of("calls", "ms_per_frame", "mb_per_frame", "percent_of_roof")));
    }

    @Test
    void aMarksFiguresAgree() throws IOException {
        JsonNode figures =
                figures("bench", "mark", "--model", "../models/faces-64", "--frames", "8", "--rounds", "1", "--json");
        assertEquals(64, figures.path("resolution").asInt());
        assertPositive(figures, List.of("ms_mark", "ms_png", "ms_jpeg", "ms_paint"));
        assertTrue(figures.get("psnr_least_db").asDouble() >= 40, figures::toString);
        assertRatio(
                figures,
                "share",
                figures.get("ms_mark").asDouble(),
                figures.get("ms_paint").asDouble() + figures.get("ms_png").asDouble());
    }

    @Test
    void aStridesFiguresAgree() throws IOException {
        JsonNode figures = figures(
                "bench",
                "stride",
                "--model",
                model,
                "--strides",
                "4",
                "--streams",
                "1",
                "--frames",
                "21",
                "--rounds",
                "1",
                "--json");
        assertEquals(4, figures.path("stride").asInt());
        assertEquals(15, figures.path("frames_between").asInt(), figures::toString);
        assertPositive(
                figures, List.of("psnr_db", "psnr_least_db", "w_error", "ms_per_frame", "baseline_ms_per_frame"));
        assertTrue(
                figures.get("psnr_least_db").asDouble()
                        <= figures.get("psnr_db").asDouble(),
                figures::toString);
        assertRatio(
                figures,
                "ratio",
                figures.get("ms_per_frame").asDouble(),
                figures.get("baseline_ms_per_frame").asDouble());
    }

    @Test
    void aTrainingStepsFiguresAgree() throws IOException {
        JsonNode figures = figures("bench", "train", "--batch", "2", "--rounds", "1", "--json");
        assertEquals("train", figures.path("name").asText());
        assertEquals(64, figures.path("resolution").asInt());
        assertEquals(2, figures.path("batch").asInt());
        assertEquals("f32", figures.path("precision").asText());
        assertEquals("cpu", figures.path("device").asText());
        assertEquals("plain eager DJL step, f32", figures.path("baseline").asText());
        assertPositive(
                figures,
                List.of(
                        "ms_per_frame",
                        "useful_gflops",
                        "gemm_gflops",
                        "percent_of_gemm",
                        "baseline_ms_per_frame",
                        "loading_share"));
        assertRatio(
                figures,
                "ratio",
                figures.get("ms_per_frame").asDouble(),
                figures.get("baseline_ms_per_frame").asDouble());
    }

    /** One stream a second in real time is held by any machine; 200 of them are more than admission lets in. */
    @Test
    void aLoadIsHeldOrIsNotAndSaysWhy(@TempDir Path folder) throws IOException {
        Path csv = folder.resolve("load.csv");
        String server = "localhost:" + port;
        JsonNode one = figures(
                "bench",
                "load",
                "--server",
                server,
                "--streams",
                "1",
                "--fps",
                "2",
                "--seconds",
                "2",
                "--json",
                "--csv",
                csv.toString());
        assertTrue(one.path("held").asBoolean(), one::toString);
        assertEquals(2.0, one.path("fps").asDouble(), 0.6, one::toString);
        assertEquals(500, one.path("inter_frame_p50_ms").asDouble(), 250, one::toString);
        assertPositive(one, List.of("first_frame_p50_ms", "inter_frame_p99_ms"));
        List<String> rows = Files.readAllLines(csv);
        assertEquals("streams,second,frames,viewers,gap_p50_ms,gap_p99_ms,gap_max_ms", rows.get(0));
        assertTrue(rows.size() >= 3 && rows.get(1).matches("1,0,[0-9]+,1,.*"), rows::toString);
        JsonNode many = figures(
                "bench", "load", "--server", server, "--streams", "200", "--fps", "30", "--seconds", "1", "--json");
        assertFalse(many.path("held").asBoolean(), many::toString);
        assertTrue(
                many.path("refused").asInt() > 0
                        && many.path("refusal").asText().startsWith("RESOURCE_EXHAUSTED"),
                many::toString);
        assertTrue(many.path("not_held_because").asText().contains(" refused: RESOURCE_EXHAUSTED"), many::toString);
    }

    @Test
    void aServerThatIsNoMeshHoldsNoStreams() throws IOException {
        try (var closed = new ServerSocket(0)) {
            int nobody = closed.getLocalPort();
            closed.close();
            Run run = Run.of("bench", "load", "--server", "localhost:" + nobody, "--json");
            assertEquals(1, run.code(), run.out());
            assertEquals("", run.out());
            assertTrue(run.err().contains("the mesh does not answer"), run.err());
        }
    }

    @Test
    void whoIsLetInIsWatchedFromThenOn() throws IOException {
        JsonNode load = figures(
                "bench",
                "load",
                "--server",
                "localhost:" + port,
                "--admitted",
                "--most",
                "2",
                "--every",
                "0",
                "--fps",
                "2",
                "--seconds",
                "3",
                "--json");
        assertEquals(2, load.path("streams").asInt(), load::toString);
        assertEquals(0, load.path("refused").asInt(), load::toString);
        assertEquals(4, load.path("fps").asDouble(), 1.5, load::toString);
        assertPositive(load, List.of("first_frame_p50_ms", "inter_frame_p50_ms"));
    }

    /** The search is between what is held and what is not, wherever that is. */
    @Test
    void theMostStreamsAreSearchedFor() throws IOException {
        Run run = Run.of(
                "bench",
                "load",
                "--server",
                "localhost:" + port,
                "--most",
                "2",
                "--fps",
                "1",
                "--seconds",
                "1",
                "--json");
        assertEquals(0, run.code(), run.err());
        List<String> lines = run.out().lines().toList();
        JsonNode last = JSON.readTree(lines.get(lines.size() - 1));
        assertEquals("held", last.path("name").asText());
        int held = last.path("streams").asInt();
        for (String line : lines.subList(0, lines.size() - 1)) {
            JsonNode load = JSON.readTree(line);
            assertEquals(load.path("streams").asInt() <= held, load.path("held").asBoolean(), line);
        }
    }

    @Test
    void streamsAreMeasuredOnTheSameFrames() throws IOException {
        JsonNode figures = figures(
                "bench",
                "stream",
                "--server",
                "localhost:" + port,
                "--model",
                model,
                "--streams",
                "2",
                "--variants",
                "base,sketch",
                "--frames",
                "40",
                "--rounds",
                "1",
                "--json");
        assertEquals(2, figures.path("streams").asInt());
        assertEquals(2, figures.path("variants").asInt());
        assertEquals(16, figures.path("resolution").asInt());
        assertTrue(figures.path("same_frames").asBoolean(), () -> "mesh and process painted alike: " + figures);
        assertPositive(
                figures,
                List.of(
                        "fps",
                        "fps_in_process",
                        "fps_in_turn",
                        "first_frame_p50_ms",
                        "inter_frame_p50_ms",
                        "inter_frame_p95_ms",
                        "inter_frame_p99_ms"));
        assertRatio(
                figures,
                "ratio",
                figures.get("fps").asDouble(),
                figures.get("fps_in_process").asDouble());
        assertRatio(
                figures,
                "batching_gain",
                figures.get("fps").asDouble(),
                figures.get("fps_in_turn").asDouble());
        double fairness = figures.path("fairness").asDouble();
        assertTrue(fairness >= 0 && fairness <= 1, () -> "fairness in " + figures);
        assertTrue(
                figures.get("inter_frame_p50_ms").asDouble()
                        <= figures.get("inter_frame_p99_ms").asDouble(),
                () -> "percentiles in " + figures);
    }

    @Test
    void anotherModelThanTheMeshsIsRefused(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder)
            throws IOException {
        TinyModel.write(folder, 16, 16, 99);
        Run run = Run.of(
                "bench",
                "stream",
                "--server",
                "localhost:" + port,
                "--model",
                folder.toString(),
                "--streams",
                "1",
                "--frames",
                "2",
                "--rounds",
                "1");
        assertEquals(1, run.code());
        assertTrue(run.err().contains("name the mesh's with --model"), run.err());
    }
}
