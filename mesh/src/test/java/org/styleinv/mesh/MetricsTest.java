package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;

/** What Prometheus scrapes after a stream: each of our figures says what it is, and the times of a frame's way are there. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(180)
class MetricsTest {
    private static final int FRAMES = 20;

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @TestHTTPResource("/q/metrics")
    URL metrics;

    private List<String> scrape() throws Exception {
        try (InputStream page = metrics.openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains("styleinv_"))
                    .toList();
        }
    }

    private static double value(List<String> page, String name) {
        return page.stream()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void theTimesOfAFramesWayAreCountedAndEachFigureSaysWhatItIs() throws Exception {
        List<String> before = scrape();
        try (StreamClient client = StreamClient.connect(List.of("localhost:" + port));
                FrameStream stream = client.stream(GenerateRequest.newBuilder()
                        .setSeed(5)
                        .setFrameCount(FRAMES)
                        .setEncoding(Encoding.PNG)
                        .build())) {
            for (int index = 0; index < FRAMES; index++) {
                assertEquals(index, stream.next().getIndex());
            }
        }
        List<String> after = scrape();
        Map<String, Integer> wanted = new TreeMap<>(Map.of(
                "styleinv_motion_first_frame_seconds", 1,
                "styleinv_motion_gap_seconds", FRAMES - 1,
                "styleinv_motion_round_trip_seconds", 1, // those that were sent once
                "styleinv_motion_making_seconds", 1,
                "styleinv_motion_batch_size", 1,
                "styleinv_decoder_wait_seconds", FRAMES,
                "styleinv_decoder_painting_seconds", 1,
                "styleinv_decoder_encoding_seconds", FRAMES,
                "styleinv_decoder_batch_size", 1));
        wanted.forEach((name, least) -> {
            double more = value(after, name + "_count") - value(before, name + "_count");
            assertTrue(more >= least, name + " counted " + more + ", which should be " + least + " or more");
            assertTrue(
                    after.stream().anyMatch(line -> line.startsWith(name + "_bucket{") && line.contains("le=\"+Inf\"")),
                    name + " has no buckets");
        });
        assertTrue(value(after, "styleinv_motion_first_frame_seconds_sum") > 0);
        after.stream().filter(line -> line.startsWith("# TYPE ")).forEach(type -> {
            String name = type.split(" ")[2];
            String help = after.stream()
                    .filter(line -> line.startsWith("# HELP " + name + " "))
                    .findFirst()
                    .orElse("# HELP " + name + " ");
            assertTrue(help.length() > ("# HELP " + name + " ").length() + 10, name + " does not say what it is");
        });
    }
}
