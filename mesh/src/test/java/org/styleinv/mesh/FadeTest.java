package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.fault.watch.KafkaWitness;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;

/** One variant fades into another inside a running stream. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(120)
@Tag("thorough")
class FadeTest {
    private static final String SCHEDULE = "base,sketch@4+8,base@16";

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    private StreamClient client;

    @BeforeEach
    void connect() {
        client = StreamClient.connect(List.of("localhost:" + port));
    }

    @AfterEach
    void close() {
        client.close();
    }

    private static GenerateRequest.Builder face(String variant) {
        return GenerateRequest.newBuilder()
                .setSeed(5)
                .setMotionSeed(7)
                .setEncoding(Encoding.RAW)
                .setVariant(variant);
    }

    private Map<Long, Frame> frames(GenerateRequest.Builder request) {
        Map<Long, Frame> frames = new TreeMap<>();
        try (FrameStream stream = client.stream(request.build())) {
            stream.forEachRemaining(frame -> frames.put(frame.getIndex(), frame));
        }
        return frames;
    }

    private static byte[] rgb(Frame frame) {
        return frame.getImage().getData().toByteArray();
    }

    @Test
    void aFadeGoesFromOneVariantsPixelsToTheOthers() {
        Map<Long, Frame> base = frames(face("base").setFrameCount(20));
        Map<Long, Frame> sketch = frames(face("sketch").setFrameCount(20));
        Map<Long, Frame> faded = frames(face(SCHEDULE).setFrameCount(20));
        assertEquals(base.keySet(), faded.keySet());
        faded.forEach((index, frame) -> {
            double weight = index < 4 || index >= 16 ? 0 : index >= 12 ? 1 : (index - 4) / 8.0;
            byte[] own = rgb(base.get(index));
            byte[] other = rgb(sketch.get(index));
            byte[] expected = new byte[own.length];
            for (int i = 0; i < expected.length; i++) {
                int a = own[i] & 0xff;
                int b = other[i] & 0xff;
                expected[i] = (byte) (int) Math.floor(a + (b - a) * weight + 0.5);
            }
            assertArrayEquals(expected, rgb(frame), "frame " + index);
            assertEquals(weight == 1 ? "sketch" : "base", frame.getVariant());
            assertEquals((weight == 1 ? sketch : base).get(index).getModel(), frame.getModel(), "one digest, as ever");
            assertEquals(weight > 0 && weight < 1, frame.hasBlend());
            if (frame.hasBlend()) {
                assertEquals("sketch", frame.getBlend().getVariant());
                assertEquals(weight, frame.getBlend().getWeight());
                assertEquals(sketch.get(index).getModel(), frame.getBlend().getModel());
            }
        });
    }

    /** A mixture that stays is, in each frame, what a fade is at that weight. */
    @Test
    void aMixtureStays() {
        Frame faded = frames(face(SCHEDULE).setFirstIndex(7).setFrameCount(1)).get(7L);
        Map<Long, Frame> mixed = frames(face("base~0.375~sketch").setFrameCount(20));
        assertArrayEquals(rgb(faded), rgb(mixed.get(7L)));
        mixed.values().forEach(frame -> {
            assertEquals("base", frame.getVariant());
            assertEquals("sketch", frame.getBlend().getVariant());
            assertEquals(0.375, frame.getBlend().getWeight());
        });
    }

    @Test
    void aStreamThatStartsInAFadeOrRunsBackwardsThroughItShowsTheSameFrames() {
        Map<Long, Frame> whole = frames(face(SCHEDULE).setFrameCount(20));
        Map<Long, Frame> middle = frames(face(SCHEDULE).setFirstIndex(7).setFrameCount(3));
        Map<Long, Frame> backwards = frames(face(SCHEDULE).setFirstIndex(19).setTimeStep(-1));
        assertEquals(Set.of(7L, 8L, 9L), middle.keySet());
        middle.forEach((index, frame) -> assertArrayEquals(rgb(whole.get(index)), rgb(frame)));
        assertEquals(whole.keySet(), backwards.keySet());
        backwards.forEach((index, frame) -> assertArrayEquals(rgb(whole.get(index)), rgb(frame)));
    }

    @Test
    void kafkaHasEachFrameOnTheTopicOfItsVariant() throws Exception {
        try (var base = new KafkaWitness(kafka, "base");
                var sketch = new KafkaWitness(kafka, "sketch")) {
            Map<Long, Frame> faded = frames(face(SCHEDULE).setFrameCount(20));
            String stream = faded.get(0L).getStream();
            Map<String, Map<Long, String>> expected = Map.of("base", new TreeMap<>(), "sketch", new TreeMap<>());
            faded.forEach((index, frame) -> expected.get(frame.getVariant())
                    .put(index, Pixels.of(frame.getImage()).sha256()));
            assertEquals(4, expected.get("sketch").size());
            Duration limit = Duration.ofSeconds(20);
            assertEquals(
                    expected.get("base"),
                    base.await(stream, expected.get("base").keySet(), limit));
            assertEquals(
                    expected.get("sketch"),
                    sketch.await(stream, expected.get("sketch").keySet(), limit));
        }
    }

    @Test
    void aBadScheduleIsRefusedByItsPart() {
        for (Map.Entry<String, Status.Code> bad : Map.of(
                        "base,sketch@4+8,base@9", Status.Code.INVALID_ARGUMENT,
                        "base,nobodys@4", Status.Code.NOT_FOUND)
                .entrySet()) {
            try (FrameStream stream =
                    client.stream(face(bad.getKey()).setFrameCount(1).build())) {
                StatusRuntimeException refused = assertThrows(StatusRuntimeException.class, stream::next);
                assertEquals(bad.getValue(), refused.getStatus().getCode());
                assertTrue(
                        refused.getMessage().contains("base@9")
                                || refused.getMessage().contains("nobodys"),
                        refused.getMessage());
            }
        }
    }
}
