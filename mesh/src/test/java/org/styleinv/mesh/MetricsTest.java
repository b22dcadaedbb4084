package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.k8s.Monitoring;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.TraceParent;
import org.styleinv.proto.wire.WireHeaders;
import org.styleinv.trainer.watch.Watching;

/** What Prometheus scrapes after a stream: each of our figures says what it is, and the times of a frame's way are there. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(180)
class MetricsTest {
    private static final int FRAMES = 20;

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @TestHTTPResource("/q/metrics")
    URL metrics;

    @TempDir
    Path run;

    private static String text(URL at) throws Exception {
        try (InputStream page = at.openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> scrape() throws Exception {
        return text(metrics).lines().filter(line -> line.contains("styleinv_")).toList();
    }

    private static double value(List<String> page, String name) {
        return page.stream()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** And for what a run of training shows. */
    private void panelsAndAlertsAskForWhatIsThere() throws Exception {
        URL frame = new URL(metrics, "/v1/frames/0.png?seed=1");
        ((HttpURLConnection) frame.openConnection()).getResponseCode();
        Files.writeString(
                run.resolve("stats.jsonl"),
                "{\"stage\":\"motion\",\"kimg\":8.0,\"sec_per_kimg\":26.1,\"loss_d\":0.9,\"sec_g\":18.9,\"rss_mb\":646.7,\"eta_s\":3}\n");
        Map<String, String> queries =
                Monitoring.queries(Path.of("").toAbsolutePath().getParent());
        assertTrue(queries.size() > 70, () -> "queries: " + queries.size());
        try (Watching training = Watching.open("localhost", null, 0, run, () -> 0)) {
            String figures = text(new URL("http://localhost:" + training.httpPort() + "/q/metrics"));
            List<String> pages = List.of(text(metrics), figures);
            assertEquals(List.of(), Monitoring.problems(queries, pages));
            Map<String, String> wrong = Map.of(
                    "metric", "sum(rate(styleinv_motion_frame_total[5m]))",
                    "label", "sum by (variant) (styleinv_motion_streams)",
                    "bucket", "rate(styleinv_motion_gap_seconds_bucket{le=\"0.4\"}[5m])",
                    "function", "rat(styleinv_motion_frames_total[5m])",
                    "bracket", "sum(rate(styleinv_motion_frames_total[5m])",
                    "record", "styleinv:nothing:ratio1h > 1");
            List<String> problems = Monitoring.problems(wrong, pages);
            assertEquals(wrong.size(), problems.size(), problems::toString);
        }
    }

    @Test
    void aFrameInKafkaBelongsToItsClientsTrace() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        Metadata headers = new Metadata();
        headers.put(TraceParent.KEY, "00-" + trace + "-00f067aa0ba902b7-01");
        ManagedChannel channel = StreamClient.channel("localhost:" + port);
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", kafka),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.frames(Topics.BASE)).stream()
                    .map(part -> new TopicPartition(part.topic(), part.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
            String stream = MotionGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .generateStream(GenerateRequest.newBuilder()
                            .setSeed(6)
                            .setFrameCount(1)
                            .build())
                    .next()
                    .getStream();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            Optional<TraceParent> found = Optional.empty();
            while (found.isEmpty()) {
                assertTrue(System.nanoTime() < end, "no frame of " + stream + " with a trace");
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (WireHeaders.text(record.headers(), WireHeaders.STREAM).equals(Optional.of(stream))) {
                        found = WireHeaders.text(record.headers(), WireHeaders.TRACE)
                                .flatMap(TraceParent::parse);
                    }
                }
            }
            assertEquals(trace, found.orElseThrow().trace());
            assertTrue(found.orElseThrow().sampled());
        } finally {
            channel.shutdownNow();
        }
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
        panelsAndAlertsAskForWhatIsThere();
        after.stream().filter(line -> line.startsWith("# TYPE ")).forEach(type -> {
            String name = type.substring(7, type.indexOf(' ', 7));
            String help = after.stream()
                    .filter(line -> line.startsWith("# HELP " + name + " "))
                    .findFirst()
                    .orElse("# HELP " + name + " ");
            assertTrue(help.length() > ("# HELP " + name + " ").length() + 10, name + " does not say what it is");
        });
    }
}
