package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.client.DeadLetters;
import org.styleinv.client.DeadLetters.Letter;
import org.styleinv.client.FrameStream;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.command.Run;
import org.styleinv.mesh.fault.watch.KafkaWitness;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** What cannot be used among what can, through a real broker. */
@QuarkusTest
@QuarkusTestResource(TestMesh.class)
@Timeout(120)
class PoisonTest {
    private static final int WIDTH = 16; // of the model's w
    private static final int PARTITIONS = Topics.Settings.DEFAULTS.partitions();
    private static final String STREAM = "p1-poison0123456789";

    @ConfigProperty(name = "quarkus.grpc.server.test-port")
    int port;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String kafka;

    private static Latent.Builder latent(long index) {
        Latent.Builder latent = Latent.newBuilder()
                .setStream(STREAM)
                .setIndex(index)
                .setReplyPartition(1)
                .setEncoding(Encoding.RAW);
        for (int i = 0; i < WIDTH; i++) {
            latent.addW(0);
        }
        return latent;
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, Integer partition, byte[] value) {
        return new ProducerRecord<>(topic, partition, STREAM.getBytes(StandardCharsets.UTF_8), value);
    }

    private void send(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", kafka),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                producer.send(record).get(20, TimeUnit.SECONDS);
            }
        }
    }

    /** One of each kind for a partition. */
    private static List<ProducerRecord<byte[], byte[]>> poisons(int partition) {
        List<ProducerRecord<byte[], byte[]>> poisons = new ArrayList<>();
        for (byte[] value : List.of(
                new byte[0],
                new byte[] {(byte) 0xff, 1, 2, 3},
                latent(0).addW(1).build().toByteArray(),
                latent(1).setW(3, Float.NaN).build().toByteArray(),
                latent(2).setVariant("nobodys").build().toByteArray(),
                latent(3).build().toByteArray())) {
            poisons.add(record(Topics.LATENTS, partition, value));
        }
        WireHeaders.put(poisons.get(poisons.size() - 1).headers(), WireHeaders.VERSION, 3);
        return poisons;
    }

    private Map<Long, String> hashes(StreamClient client, Runnable inTheMiddle) {
        Map<Long, String> hashes = new TreeMap<>();
        GenerateRequest request = GenerateRequest.newBuilder()
                .setSeed(31)
                .setMotionSeed(7)
                .setFrameCount(80)
                .setEncoding(Encoding.RAW)
                .build();
        try (FrameStream stream = client.stream(request)) {
            while (stream.hasNext()) {
                Frame frame = stream.next();
                hashes.put(frame.getIndex(), Pixels.of(frame.getImage()).sha256());
                if (hashes.size() == 20) {
                    inTheMiddle.run();
                }
            }
            assertEquals(0, stream.reconnections());
        }
        return hashes;
    }

    private List<Letter> mine() {
        return DeadLetters.open(kafka).list().stream()
                .filter(letter -> STREAM.equals(letter.stream()))
                .toList();
    }

    @Test
    void poisonOfEveryKindIsBuriedAndNeighboursAreUntouched() throws Exception {
        try (StreamClient client = StreamClient.connect(List.of("localhost:" + port))) {
            Map<Long, String> alone = hashes(client, () -> {});
            Map<Long, String> poisoned = hashes(client, () -> {
                try {
                    for (int partition = 0; partition < PARTITIONS; partition++) {
                        send(poisons(partition));
                    }
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertEquals(alone, poisoned);
        }
        int all = 6 * PARTITIONS;
        while (mine().size() < all) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        Map<String, Long> reasons =
                mine().stream().collect(Collectors.groupingBy(Letter::reason, TreeMap::new, Collectors.counting()));
        long each = PARTITIONS;
        assertEquals(
                Map.of(
                        "empty",
                        each,
                        "bad-protobuf",
                        each,
                        "wrong-width",
                        each,
                        "not-finite",
                        each,
                        "unknown-variant",
                        each,
                        "wrong-version",
                        each),
                reasons);
        for (Letter letter : mine()) {
            assertTrue(letter.origin().matches("styleinv\\.latents-[0-3]@[0-9]+"), letter.origin());
            assertTrue(letter.cause().length() > 10, letter.cause());
        }
        Run list = Run.of("dead", "list", "--bootstrap", kafka, "--reason", "wrong-version");
        assertTrue(list.out().contains(STREAM) && list.out().contains("upgrade those who read before"), list.out());
    }

    @Test
    void aReplayedLatentBecomesAFrame() throws Exception {
        ProducerRecord<byte[], byte[]> letter = record(
                Topics.DEAD_LATENTS,
                null,
                latent(5)
                        .setStream("p1-replay0123456789")
                        .setDeadlineMs(1)
                        .build()
                        .toByteArray());
        WireHeaders.put(letter.headers(), WireHeaders.REASON, "not-written");
        WireHeaders.put(letter.headers(), WireHeaders.CAUSE, "the broker did not take the frame");
        WireHeaders.put(letter.headers(), WireHeaders.ORIGIN, "styleinv.latents-2@777777");
        send(List.of(letter));
        try (var witness = new KafkaWitness(kafka, Topics.BASE)) {
            Run replay = Run.of("dead", "replay", "--bootstrap", kafka, "--origin", "styleinv.latents-2@777777");
            assertEquals(0, replay.code(), replay.err());
            assertEquals(
                    Set.of(5L),
                    witness.await("p1-replay0123456789", Set.of(5L), Duration.ofSeconds(30))
                            .keySet());
        }
    }
}
