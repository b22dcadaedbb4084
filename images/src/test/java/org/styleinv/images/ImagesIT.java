package org.styleinv.images;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.GenerateRequest;

/**
 * The images that the build made, run by podman: a mesh of three containers and a broker. It wants podman with a bridge network
 * ({@code docs/operating.md}, "Images").
 */
@Tag("long")
@Tag("container")
@Timeout(900)
class ImagesIT {
    private static final int BROKER = 2;
    private static final int ENCODER = 3;
    private static final int DECODER = 4;
    private static final int MOTION = 5;
    private static final int FRAMES = 900;
    /** A service that starts on a machine that is busy may be away for longer than a person would wait. */
    private static final StreamClient.Settings PATIENT =
            new StreamClient.Settings(32, Duration.ofSeconds(60), Duration.ofMinutes(4), Duration.ofMinutes(4));

    private static final int GRACE_SECONDS = 30; // of the manifests

    /** Identities by names: tags may be of another build. */
    private static final Map<String, String> IMAGE = new HashMap<>();

    @BeforeAll
    static void load() throws Exception {
        String folder = System.getProperty("images", "");
        assumeFalse(folder.isEmpty(), "the images are not packaged yet: this runs once they are, by mvn verify");
        assumeTrue(Podman.isThere(), "there is no podman: apt-get install -y podman runc");
        for (JsonNode image : new ObjectMapper()
                .readTree(Path.of(folder).resolve("images.json").toFile())) {
            String name = image.path("image").asText();
            String id = image.path("id").asText().replace("sha256:", "");
            if (!Podman.images().contains(id)) {
                Podman.call(
                        "load",
                        "-q",
                        "-i",
                        Path.of(folder).resolve(image.path("tar").asText()).toString());
            }
            assertTrue(Podman.images().contains(id), () -> name + " is not there by the identity " + id);
            IMAGE.put(image.path("name").asText(), id);
        }
    }

    @Test
    void thereIsNoShell() {
        for (String image : IMAGE.values()) {
            var refused = assertThrows(
                    IOException.class,
                    () -> Podman.call("run", "--rm", "--entrypoint", "/bin/sh", image, "-c", "true"));
            assertTrue(refused.getMessage().contains("no such file"), refused.getMessage());
        }
    }

    @Test
    void threeContainersAndABrokerStreamInOrderAndDrain() throws Exception {
        try (Podman podman = new Podman("styleinv-it", "10.89.77")) {
            String model = IMAGE.get("model-faces-64");
            podman.complete(model, BROKER, "model", "publish", "/model/faces-64", "--to=/models/faces-64");
            assertTrue(podman.complete(model, BROKER, "model", "verify", "/models/faces-64")
                    .contains("is whole"));

            long start = System.nanoTime();
            podman.start(
                    "kafka",
                    model,
                    BROKER,
                    Map.of("JDK_JAVA_OPTIONS", "-Xmx384m", "STYLEINV_INSECURE", "true"),
                    "broker",
                    "--host=0.0.0.0",
                    "--advertise=" + podman.address(BROKER),
                    "--kafka-port=9092",
                    "--data=/data/kafka",
                    "--model=/model/faces-64");
            Map<String, String> environment = environment(podman);
            Map<String, Integer> services = new LinkedHashMap<>();
            services.put("encoder-service", ENCODER);
            services.put("decoder-service", DECODER);
            services.put("motion-service", MOTION);
            for (var service : services.entrySet()) {
                podman.start(service.getKey(), IMAGE.get(service.getKey()), service.getValue(), environment);
            }
            for (var service : services.entrySet()) {
                awaitReady(podman, service.getKey(), service.getValue());
            }
            System.err.printf(Locale.ROOT, "images: all ready after %.1f s%n", (System.nanoTime() - start) / 1e9);

            try (StreamClient client = StreamClient.connect(List.of(podman.address(MOTION) + ":9000"), PATIENT)) {
                long began = System.nanoTime();
                try (FrameStream stream = client.stream(request(1, FRAMES))) {
                    for (int index = 0; index < FRAMES; index++) {
                        assertEquals(index, stream.next().getIndex());
                    }
                    assertFalse(stream.hasNext());
                }
                System.err.printf(
                        Locale.ROOT, "images: %d frames in %.1f s%n", FRAMES, (System.nanoTime() - began) / 1e9);
                drains(podman, client);
            }
            for (String service : services.keySet()) {
                assertEquals(143, podman.stop(service, GRACE_SECONDS), () -> service + " needed SIGKILL");
            }
        }
    }

    /** Its client goes on, at the frame that is next, when the service is back. */
    private static void drains(Podman podman, StreamClient client) throws Exception {
        try (FrameStream stream = client.stream(request(2, 240))) {
            int index = 0;
            for (; index < 60; index++) {
                assertEquals(index, stream.next().getIndex());
            }
            long asked = System.nanoTime();
            assertEquals(143, podman.stop("motion-service", GRACE_SECONDS), "needed SIGKILL");
            System.err.printf(
                    Locale.ROOT, "images: motion ended %.1f s after SIGTERM%n", (System.nanoTime() - asked) / 1e9);
            podman.startAgain("motion-service");
            for (; index < 240; index++) {
                assertEquals(index, stream.next().getIndex());
            }
        }
    }

    private static GenerateRequest request(long seed, int frames) {
        return GenerateRequest.newBuilder()
                .setSeed(seed)
                .setFrameCount(frames)
                .setEncoding(Encoding.JPEG)
                .build();
    }

    /** As {@code k8s/base} and {@code components/open} have it, addresses in place of names. */
    private static Map<String, String> environment(Podman podman) {
        return Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", podman.address(BROKER) + ":9092",
                "STYLEINV_INSECURE", "true",
                "STYLEINV_MODEL", "/models/faces-64",
                "STYLEINV_TOPICS_PARTITIONS", "4",
                "QUARKUS_GRPC_CLIENTS_ENCODER_HOST", podman.address(ENCODER),
                "QUARKUS_GRPC_CLIENTS_DECODER_HOST", podman.address(DECODER),
                "JDK_JAVA_OPTIONS", "-Xmx512m -Dai.djl.pytorch.num_interop_threads=1 -Dai.djl.pytorch.num_threads=1");
    }

    private static void awaitReady(Podman podman, String service, int host) throws Exception {
        URI ready = URI.create("http://" + podman.address(host) + ":8080/q/health/ready");
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        while (!isWell(ready)) {
            assertTrue(System.nanoTime() < end, () -> service + " is not ready: " + said(podman, service));
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static String said(Podman podman, String service) {
        try {
            return podman.log(service) + "\n" + podman.log("kafka");
        } catch (IOException | InterruptedException e) {
            return e.getMessage();
        }
    }

    private static boolean isWell(URI at) {
        try {
            var connection = (HttpURLConnection) at.toURL().openConnection();
            connection.setConnectTimeout(2000);
            connection.setReadTimeout(2000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
