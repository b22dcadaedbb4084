package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.DecoderGrpc;
import org.styleinv.proto.EncoderGrpc;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;

/** Readiness without a broker: red, saying why, and green again by itself. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(180)
class HealthTest {
    private static final double RED_SECONDS = 60; // 10 where nothing else runs: the time is printed
    private static final double GREEN_SECONDS = 60; // the broker is answering again, but may be loading

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @TestHTTPResource("/q/health/ready")
    URL ready;

    /** Takes the broker away and brings it back; {@link TestMesh} puts it here. */
    Consumer<Boolean> broker;

    private static final Pattern LOOP_WITHOUT_A_WORD =
            Pattern.compile("(decoder|motion)-[a-z-]+ has had no word from Kafka for \\d+ s");

    private record Answer(int code, String body) {}

    private Answer ask() throws IOException {
        var connection = (HttpURLConnection) ready.openConnection();
        int code = connection.getResponseCode();
        try (InputStream body = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(code, new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Waits for an answer with that code; how long it took. */
    private double secondsUntil(int code, double limit) throws Exception {
        long start = System.nanoTime();
        while (true) {
            Answer answer = ask();
            double seconds = (System.nanoTime() - start) / 1e9;
            if (answer.code() == code) {
                return seconds;
            }
            assertTrue(seconds < limit, "after " + seconds + " s: " + answer);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** What gRPC says of a service. */
    private ServingStatus serving(String service) {
        ManagedChannel channel = StreamClient.channel("localhost:" + port);
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.newBuilder().setService(service).build())
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    /** Both are made of the same sentences; gRPC looks for them twice a second. */
    private void awaitServing(String service, ServingStatus status) throws InterruptedException {
        long end = System.nanoTime() + (long) (RED_SECONDS * 1e9);
        while (serving(service) != status) {
            assertTrue(System.nanoTime() < end, service + " does not become " + status);
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Test
    void readinessIsRedWithoutABrokerAndGreenWhenItIsBack() throws Exception {
        assertTrue(secondsUntil(200, GREEN_SECONDS) >= 0);
        try {
            broker.accept(false);
        } catch (UnsupportedOperationException e) {
            Assumptions.abort(e.getMessage());
        }
        double red;
        try {
            red = secondsUntil(503, RED_SECONDS);
            String body = ask().body();
            assertTrue(LOOP_WITHOUT_A_WORD.matcher(body).find(), body);
            awaitServing(MotionGrpc.SERVICE_NAME, ServingStatus.NOT_SERVING);
            awaitServing(DecoderGrpc.SERVICE_NAME, ServingStatus.NOT_SERVING);
            awaitServing("", ServingStatus.NOT_SERVING);
            assertEquals(ServingStatus.SERVING, serving(EncoderGrpc.SERVICE_NAME), "it needs no broker");
        } finally {
            broker.accept(true);
        }
        double green = secondsUntil(200, GREEN_SECONDS);
        awaitServing("", ServingStatus.SERVING);
        assertEquals(ServingStatus.SERVING, serving(MotionGrpc.SERVICE_NAME));
        StatusRuntimeException unknown =
                assertThrows(StatusRuntimeException.class, () -> serving("styleinv.v1.Nobody"));
        assertEquals(Status.Code.NOT_FOUND, unknown.getStatus().getCode());
        System.err.printf(Locale.ROOT, "readiness: red after %.1f s, green after %.1f s%n", red, green);
        try (StreamClient client = StreamClient.connect(List.of("localhost:" + port));
                FrameStream stream = client.stream(
                        GenerateRequest.newBuilder().setSeed(1).setFrameCount(3).build())) {
            for (int index = 0; index < 3; index++) {
                assertEquals(index, stream.next().getIndex());
            }
        }
    }
}
