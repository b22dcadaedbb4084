package org.styleinv.mesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;

/**
 * {@code k8s/overlays/local} as processes, from its manifests alone: how long from apply to the first frame, whether eight
 * streams fit into the memory that the pods may have, and whether all end in time when they are told to.
 */
@Tag("long")
@Timeout(300)
class LocalOverlayIT {
    private static final Path HOME =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final double FIRST_FRAME_SECONDS = 60;
    private static final int STREAMS = 8;
    private static final int FRAMES = 120;

    @TempDir
    private Path folder;

    @Test
    void theManifestsAloneMakeAMeshThatServesInAMinute() throws Exception {
        List<ObjectNode> manifests = Kustomization.render(HOME.resolve("k8s/overlays/local"));
        try (Rehearsal cluster = new Rehearsal(HOME, folder, manifests, secret -> "")) {
            long start = System.nanoTime();
            cluster.apply(Map.of());
            cluster.awaitReady(120);
            double ready = (System.nanoTime() - start) / 1e9;
            byte[] first = frame(cluster.pod("studio").address);
            double seconds = (System.nanoTime() - start) / 1e9;
            assertTrue(first.length > 100 && first[1] == 'P', "a PNG");
            System.err.printf(Locale.ROOT, "local: all ready after %.1f s, first frame after %.1f s%n", ready, seconds);

            IntStream.range(0, STREAMS).parallel().forEach(seed -> stream(cluster.pod("motion-service").address, seed));
            for (Rehearsal.Pod pod : cluster.pods()) {
                assertEquals(1, pod.starts, () -> pod.name + " was started again");
                assertTrue(cluster.answers(pod, "startupProbe"), pod.name);
                assertTrue(cluster.answers(pod, "livenessProbe"), pod.name);
                String limit = pod.container().at("/resources/limits/memory").asText();
                double most = Quantity.getAmountInBytes(new Quantity(limit)).doubleValue() / (1 << 20);
                System.err.printf(Locale.ROOT, "%s: %.0f of %.0f MiB%n", pod.name, pod.peak(), most);
                assertTrue(pod.peak() < 0.9 * most, pod.name + " has no room in its limit");
            }
            assertEquals(List.of(), cluster.delete());
            assertTrue(seconds < FIRST_FRAME_SECONDS, "first frame after " + seconds + " s");
        }
    }

    private static byte[] frame(String studio) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            var connection = (HttpURLConnection) URI.create("http://" + studio + ":8080/v1/frames/0.png?seed=1")
                    .toURL()
                    .openConnection();
            if (connection.getResponseCode() == 200) {
                try (InputStream in = connection.getInputStream()) {
                    return in.readAllBytes();
                }
            }
            assertTrue(System.nanoTime() < end, "no frame, but " + connection.getResponseCode());
        }
    }

    private static void stream(String motion, int seed) {
        try (StreamClient client = StreamClient.connect(List.of(motion + ":9000"));
                FrameStream stream = client.stream(GenerateRequest.newBuilder()
                        .setSeed(seed)
                        .setFrameCount(FRAMES)
                        .setEncoding(Encoding.JPEG)
                        .build())) {
            for (int index = 0; index < FRAMES; index++) {
                assertEquals(index, stream.next().getIndex());
            }
        }
    }
}
