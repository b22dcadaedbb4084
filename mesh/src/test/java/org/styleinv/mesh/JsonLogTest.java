package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.jboss.logmanager.handlers.OutputStreamHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.StreamClient;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.MotionGrpc;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.TraceParent;
import org.styleinv.proto.wire.WireHeaders;

/** The log of a mesh with {@code styleinv.log.json}: what its console writes, read as JSON. */
@QuarkusTest
@TestProfile(SeenThrough.class)
@Timeout(120)
@Tag("thorough")
class JsonLogTest {
    private static final String OWN = JsonLogTest.class.getName();
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    @TestHTTPResource("/")
    URL http;

    private static final ByteArrayOutputStream WRITTEN = new ByteArrayOutputStream();
    private OutputStreamHandler listener;

    private static Stream<Handler> all(Handler[] handlers) {
        return Arrays.stream(handlers)
                .flatMap(one -> one instanceof ExtHandler group
                        ? Stream.concat(Stream.of(one), all(group.getHandlers()))
                        : Stream.of(one));
    }

    private static java.util.logging.Logger root() {
        return java.util.logging.Logger.getLogger("");
    }

    /** Writes what the console writes, by the console's own form and filter. */
    @BeforeEach
    void listen() {
        Handler console = all(root().getHandlers())
                .filter(ConsoleHandler.class::isInstance)
                .findFirst()
                .orElseThrow();
        listener = new OutputStreamHandler(WRITTEN, console.getFormatter());
        listener.setFilter(console.getFilter());
        listener.setAutoFlush(true);
        root().addHandler(listener);
    }

    @AfterEach
    void leave() {
        root().removeHandler(listener);
    }

    /** Whatever the tests did wrong as clients, at whichever door and however late it was found. */
    @AfterAll
    static void nothingThatAClientDidHasAStackTrace() throws IOException {
        List<JsonNode> lines = lines();
        assertTrue(lines.stream().anyMatch(line -> says(line, "all was tried")), "the attacks were not made");
        for (JsonNode line : lines) {
            assertTrue(
                    !line.has("exception") || line.path("loggerName").asText().equals(OWN), line::toString);
        }
    }

    private static List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : WRITTEN.toString(StandardCharsets.UTF_8).lines().toList()) {
            JsonNode one = new ObjectMapper().readTree(line); // throws if it is none
            assertTrue(one.isObject() && one.hasNonNull("timestamp") && one.hasNonNull("level"), line);
            lines.add(one);
        }
        return lines;
    }

    /** Waits for a line that is asked for. */
    private JsonNode line(Predicate<JsonNode> which) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            Optional<JsonNode> found = lines().stream().filter(which).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            assertTrue(System.nanoTime() < end, () -> "no such line in:\n" + WRITTEN.toString(StandardCharsets.UTF_8));
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean says(JsonNode line, String beginning) {
        return line.path("message").asText().startsWith(beginning);
    }

    private String streamOf(ManagedChannel channel, String traceparent, int frames) {
        Metadata headers = new Metadata();
        headers.put(TraceParent.KEY, traceparent);
        return MotionGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .generateStream(GenerateRequest.newBuilder()
                        .setSeed(6)
                        .setFrameCount(frames)
                        .build())
                .next()
                .getStream();
    }

    @Test
    void aLineAboutAStreamHasItsStreamAndItsTraceAsFields() throws Exception {
        ManagedChannel channel = StreamClient.channel("localhost:" + port);
        try {
            String stream = streamOf(channel, "00-" + TRACE + "-00f067aa0ba902b7-00", 1);
            for (String beginning : List.of("stream begins", "stream ends")) {
                JsonNode fields = line(line -> says(line, beginning)
                                && line.path("mdc").path("stream").asText().equals(stream))
                        .path("mdc");
                assertEquals(TRACE, fields.path("trace").asText());
            }
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void aRefusedRecordNamesItsStreamAndWritesNoFieldOfItsOwn() throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            var record = new ProducerRecord<byte[], byte[]>(Topics.LATENTS, new byte[] {1}, new byte[] {-1});
            WireHeaders.put(record.headers(), WireHeaders.STREAM, "a\" trace=\"b\nline {\"level\":\"FATAL\"}");
            WireHeaders.put(record.headers(), WireHeaders.TRACE, "00-" + TRACE + "-00f067aa0ba902b7-01");
            producer.send(record).get(30, TimeUnit.SECONDS);
        }
        JsonNode refused = line(line -> says(line, "latent refused"));
        assertEquals(TRACE, refused.path("mdc").path("trace").asText());
        assertTrue(refused.path("mdc").path("stream").asText().startsWith("a\" trace=\"b"), refused.toString());
        assertEquals("WARN", refused.path("level").asText().replace("WARNING", "WARN"));
    }

    @Test
    void whatFailsHasItsStackTraceAsAField() throws Exception {
        Logger.getLogger(JsonLogTest.class).errorf(new IllegalStateException("told"), "it failed stream=%s", "s");
        JsonNode failed = line(line -> says(line, "it failed"));
        assertEquals("told", failed.path("exception").path("message").asText());
        assertEquals("s", failed.path("mdc").path("stream").asText());
    }

    @Test
    void whatAClientDoesWrongLeavesNoStreamBehind() throws Exception {
        ManagedChannel channel = StreamClient.channel("localhost:" + port);
        try {
            assertThrows(StatusRuntimeException.class, () -> MotionGrpc.newBlockingStub(channel)
                    .generateStream(GenerateRequest.newBuilder().setFps(-1).build())
                    .next());
            assertThrows(StatusRuntimeException.class, () -> MotionGrpc.newBlockingStub(channel)
                    .generateStream(GenerateRequest.newBuilder()
                            .setImage(org.styleinv.proto.Image.newBuilder()
                                    .setData(com.google.protobuf.ByteString.copyFromUtf8("no picture")))
                            .build())
                    .next());
            streamOf(channel, "no trace", 0); // and is given up with its channel
        } finally {
            channel.shutdownNow(); // the connection breaks in the middle of a stream
        }
        for (String request : List.of(
                "no HTTP at all\r\n\r\n",
                "GET /v1/frames/0.png?seed=x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/frames/-1.png HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/nothing%ZZ HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(1 << 20) + "\r\n\r\n",
                "POST /v1/faces HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\nhalf",
                "POST /v1/faces HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\nhalf",
                "POST /v1/faces HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
                "GET /v1/live HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                        + "\u0081\u007fno frame of a WebSocket")) {
            try (Socket socket = new Socket("localhost", http.getPort())) {
                socket.setSoTimeout(300);
                socket.setSoLinger(true, 0); // it is closed by a reset
                try {
                    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                    socket.getInputStream().readNBytes(2000);
                } catch (IOException e) {
                    // refused in the middle, or it waits for the rest
                }
            }
        }
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write("PRI * HTTP/2.0 no more".getBytes(StandardCharsets.US_ASCII));
        }
        List<String> begun = lines().stream()
                .filter(line -> says(line, "stream begins"))
                .map(line -> line.path("mdc").path("stream").asText())
                .toList();
        assertFalse(begun.isEmpty());
        for (String stream : begun) {
            line(line -> says(line, "stream ends")
                    && line.path("mdc").path("stream").asText().equals(stream));
        }
        Logger.getLogger(JsonLogTest.class).info("all was tried");
    }
}
