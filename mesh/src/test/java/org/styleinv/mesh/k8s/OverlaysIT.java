package org.styleinv.mesh.k8s;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.GenerateRequest;

/** Overlays beside {@code local}, {@code strimzi} and {@code secure}, as processes from their manifests alone: what each adds is tried. */
@Tag("long")
@Timeout(600)
class OverlaysIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final int FRAMES = 60;
    private static final double READY_SECONDS = 240;

    @TempDir
    private Path folder;

    private static List<ObjectNode> render(String... overlays) throws IOException {
        Map<String, ObjectNode> manifests = new LinkedHashMap<>();
        for (String overlay : overlays) {
            for (ObjectNode manifest :
                    Kustomization.render(HOME.resolve("k8s/overlays").resolve(overlay))) {
                manifests.putIfAbsent(manifest.path("kind").asText() + manifest.at("/metadata/name"), manifest);
            }
        }
        return List.copyOf(manifests.values());
    }

    private Rehearsal cluster(List<ObjectNode> manifests) throws IOException {
        return new Rehearsal(HOME, folder, manifests, secret -> "");
    }

    private static void stream(Rehearsal cluster, int frames) {
        try (StreamClient client = StreamClient.connect(List.of(cluster.pod("motion-service").address + ":9000"));
                FrameStream stream = client.stream(GenerateRequest.newBuilder()
                        .setSeed(1)
                        .setFrameCount(frames)
                        .build())) {
            for (int index = 0; index < frames; index++) {
                assertEquals(index, stream.next().getIndex());
            }
        }
    }

    private static byte[] get(String address) throws IOException {
        var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
        connection.setConnectTimeout(5000);
        connection.setReadTimeout(30_000);
        assertEquals(200, connection.getResponseCode(), address);
        try (InputStream in = connection.getInputStream()) {
            return in.readAllBytes();
        }
    }

    private static boolean isThere(String address) {
        try {
            return get(address).length > 0;
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    private static void await(BooleanSupplier what, double seconds, String name) throws InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (!what.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "not after " + seconds + " s: " + name);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static boolean says(Rehearsal cluster, Rehearsal.Pod pod, String text) {
        try {
            return cluster.said(pod).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    /** Logs are JSON, what a PodMonitor selects has metrics where it looks for them, and no collector of traces is missed. */
    @Test
    void monitoringIsSeenThrough() throws Exception {
        List<ObjectNode> manifests = render("monitoring");
        try (Rehearsal cluster = cluster(manifests)) {
            cluster.apply(Map.of());
            cluster.awaitReady(READY_SECONDS);
            stream(cluster, FRAMES);
            List<String> pages = pages(manifests, cluster);
            assertEquals(4, pages.size(), "all but Kafka");
            pages.forEach(page -> assertTrue(page.contains("\njvm_"), page));
            for (String name : List.of("encoder-service", "decoder-service", "motion-service", "studio")) {
                String log = Files.readString(folder.resolve(name + "." + name + ".log"));
                List<String> lines = log.lines()
                        .filter(line -> !line.matches("(NOTE: )?Picked up .*"))
                        .toList();
                assertFalse(lines.isEmpty(), name);
                for (String line : lines) {
                    assertTrue(new ObjectMapper().readTree(line).has("message"), line);
                }
            }
            assertEquals(List.of(), cluster.delete());
        }
    }

    /** What Prometheus scrapes by the PodMonitor of the services, now. */
    private static List<String> pages(List<ObjectNode> manifests, Rehearsal cluster) throws IOException {
        JsonNode monitor = manifests.stream()
                .filter(manifest -> manifest.path("kind").asText().equals("PodMonitor")
                        && manifest.at("/metadata/name").asText().equals("styleinv"))
                .findFirst()
                .orElseThrow();
        String path = monitor.at("/spec/podMetricsEndpoints/0/path").asText();
        List<String> without = new ArrayList<>();
        monitor.at("/spec/selector/matchExpressions/0/values").forEach(value -> without.add(value.asText()));
        List<String> pages = new ArrayList<>();
        for (Rehearsal.Pod pod : cluster.pods()) {
            if (!without.contains(pod.name) && pod.isWanted) {
                for (JsonNode port : pod.container().path("ports")) {
                    if (port.path("name").equals(monitor.at("/spec/podMetricsEndpoints/0/port"))) {
                        String at = "http://" + pod.address + ":"
                                + port.path("containerPort").asInt();
                        pages.add(new String(get(at + path), StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return pages;
    }

    /**
     * With no stream there is no decoder. A stream that is asked for then is seen by KEDA's query, waits, and begins when a decoder has
     * come; one whose decoder goes is seen by the lag of its group, and goes on when it is back.
     */
    @Test
    void decodersGoToZeroAndComeBack() throws Exception {
        List<ObjectNode> manifests = render("keda");
        JsonNode scaled = manifests.stream()
                .filter(manifest -> manifest.path("kind").asText().equals("ScaledObject")
                        && manifest.at("/metadata/name").asText().equals("decoder-service"))
                .findFirst()
                .orElseThrow();
        assertEquals(0, scaled.at("/spec/minReplicaCount").asInt());
        JsonNode kafka = scaled.at("/spec/triggers/0/metadata");
        assertEquals("earliest", kafka.path("offsetResetPolicy").asText());
        String query = scaled.at("/spec/triggers/1/metadata/query").asText();
        try (Rehearsal cluster = cluster(manifests)) {
            cluster.scale("decoder-service", 0);
            cluster.apply(Map.of());
            cluster.awaitReady(READY_SECONDS);
            assertEquals(List.of(), Monitoring.problems(Map.of("keda", query), pages(manifests, cluster)));
            assertEquals(0, sum(query, pages(manifests, cluster)), "streams before there is one");

            long asked = System.nanoTime();
            CompletableFuture<Void> first = CompletableFuture.runAsync(() -> stream(cluster, FRAMES));
            await(() -> streams(query, manifests, cluster) == 1, 30, query);
            System.err.printf(Locale.ROOT, "keda: its query sees the stream after %.1f s%n", since(asked));
            assertFalse(first.isDone());
            long scaledAt = System.nanoTime();
            cluster.scale("decoder-service", 1);
            first.get(150, TimeUnit.SECONDS);
            System.err.printf(
                    Locale.ROOT, "keda: %d frames %.1f s after a decoder was started%n", FRAMES, since(scaledAt));
            await(() -> streams(query, manifests, cluster) == 0, 10, "the stream has ended");
            await(() -> lag(cluster, kafka) == 0, 30, "nothing waits when all is painted");

            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> stream(cluster, 40 * FRAMES));
            await(() -> streams(query, manifests, cluster) == 1, 30, query);
            cluster.scale("decoder-service", 0);
            await(() -> lag(cluster, kafka) > 0, 30, "latents that wait");
            System.err.printf(Locale.ROOT, "keda: a lag of %d latents without a decoder%n", lag(cluster, kafka));
            cluster.scale("decoder-service", 1);
            second.get(180, TimeUnit.SECONDS);
            assertEquals(1, cluster.pod("motion-service").starts);
            assertEquals(List.of(), cluster.delete());
        }
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static double streams(String query, List<ObjectNode> manifests, Rehearsal cluster) {
        try {
            return sum(query, pages(manifests, cluster));
        } catch (IOException e) {
            return -1;
        }
    }

    /** The sum that Prometheus makes: of all samples of the query's one metric; labels of the target are its own. */
    private static double sum(String query, List<String> pages) {
        Matcher parts = Pattern.compile("sum\\((\\w+)(\\{.*})?\\)").matcher(query);
        assertTrue(parts.matches(), query);
        return pages.stream()
                .flatMap(String::lines)
                .filter(line -> line.matches(parts.group(1) + "(\\{.*})? .*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** As KEDA's trigger computes it, in a process that knows the names of the cluster. */
    private long lag(Rehearsal cluster, JsonNode trigger) {
        try {
            assertTrue(cluster.pod("kafka").process.isAlive());
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-Djdk.net.hosts.file=" + folder.resolve("hosts"),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            Lag.class.getName(),
                            trigger.path("bootstrapServers").asText(),
                            trigger.path("consumerGroup").asText(),
                            trigger.path("topic").asText())
                    .redirectError(folder.resolve("lag.err").toFile())
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), () -> said);
            return Long.parseLong(said.lines().reduce((a, b) -> b).orElseThrow());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Records of a topic that a group of consumers has not committed; all of a partition of which it committed nothing. */
    static final class Lag {
        private Lag() {}

        public static void main(String[] arguments) throws Exception {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", arguments[0]))) {
                Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets(arguments[1])
                        .partitionsToOffsetAndMetadata()
                        .get();
                Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
                admin.describeTopics(List.of(arguments[2]))
                        .allTopicNames()
                        .get()
                        .get(arguments[2])
                        .partitions()
                        .forEach(part ->
                                ends.put(new TopicPartition(arguments[2], part.partition()), OffsetSpec.latest()));
                long lag = 0;
                for (var end : admin.listOffsets(ends).all().get().entrySet()) {
                    OffsetAndMetadata committed = read.get(end.getKey());
                    lag += end.getValue().offset() - (committed == null ? 0 : committed.offset());
                }
                System.out.println(lag);
            }
        }
    }

    /** Nothing starts before training has published a model to the claim; then all do, without a restart. */
    @Test
    void theClaimsModelIsWaitedFor() throws Exception {
        try (Rehearsal cluster = cluster(render("claim", "training"))) {
            copy(HOME.resolve("models/faces-64"), cluster.claim("styleinv-runs").resolve("mine/model"));
            cluster.apply(Map.of());
            Rehearsal.Pod decoder = cluster.pod("decoder-service");
            await(() -> says(cluster, decoder, "faces-64"), 60, "a sentence about the model that is not there");
            assertEquals(0, decoder.starts);
            assertEquals(0, cluster.complete("publish", "containers", 0), () -> said(cluster, cluster.job("publish")));
            cluster.awaitReady(READY_SECONDS);
            stream(cluster, FRAMES);
            for (Rehearsal.Pod pod : cluster.pods()) {
                assertEquals(1, pod.starts, pod.name);
            }
            assertEquals(List.of(), cluster.delete());
        }
    }

    private static String said(Rehearsal cluster, Rehearsal.Pod pod) {
        try {
            return cluster.said(pod);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    /** Whoever asks for the base gets what others get who ask for the sketch. */
    @Test
    void theSketchIsWhatAllGet() throws Exception {
        try (Rehearsal cluster = cluster(render("style-sketch"))) {
            cluster.apply(Map.of());
            cluster.awaitReady(READY_SECONDS);
            String frame = "http://" + cluster.pod("studio").address + ":8080/v1/frames/5.png?seed=1";
            await(() -> isThere(frame), 60, frame); // where motion does not own its partition yet, the studio says 503
            assertArrayEquals(pixels(get(frame + "&variant=sketch")), pixels(get(frame)));
            assertEquals(List.of(), cluster.delete());
        }
    }

    /** Of a picture, whose bytes say also what was asked for. */
    private static int[] pixels(byte[] picture) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    /** On a machine without a GPU its services do not start, and say why; on one with a GPU they do. */
    @Test
    void whoIsToComputeOnAGpuDoesNotComputeElsewhere() throws Exception {
        assumeTrue(!Files.exists(Path.of("/dev/nvidia0")), "this machine has a GPU");
        try (Rehearsal cluster = cluster(render("gpu"))) {
            cluster.apply(Map.of());
            for (String name : List.of("decoder-service", "motion-service")) {
                Rehearsal.Pod pod = cluster.pod(name);
                await(() -> says(cluster, pod, NO_GPU), READY_SECONDS, name + " refuses");
                await(() -> !pod.process.isAlive(), 30, name + " ends");
            }
            for (String name : List.of("encoder-service", "studio")) {
                Rehearsal.Pod pod = cluster.pod(name);
                await(() -> pod.process != null && pod.process.isAlive(), 30, name + " runs");
            }
            cluster.delete();
        }
    }

    private static final String NO_GPU = "styleinv.device is cuda:0, but libtorch sees no CUDA device here";

    /** An exit code by which the Job fails at once, and the sentence; later stages look for those before them first. */
    @Test
    void trainingForAGpuEndsWithoutOne() throws Exception {
        assumeTrue(!Files.exists(Path.of("/dev/nvidia0")), "this machine has a GPU");
        List<ObjectNode> manifests = render("training-gpu");
        try (Rehearsal cluster = cluster(manifests)) {
            for (String job : List.of("train-generator", "train-encoder", "train-motion")) {
                int code = cluster.complete(job, "containers", 0);
                String sentence =
                        job.equals("train-generator") ? NO_GPU : "has no snapshot; it wants the folder of a run";
                assertTrue(says(cluster, cluster.job(job), sentence), () -> said(cluster, cluster.job(job)));
                assertTrue(code == 1 || code == 2, job + " ended with " + code);
            }
        }
    }
}
