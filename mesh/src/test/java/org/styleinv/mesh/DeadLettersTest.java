package org.styleinv.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.fixture.TestBroker;
import org.styleinv.mesh.command.Run;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** {@code dead list} and {@code dead replay} against a broker. */
@Timeout(120)
class DeadLettersTest {
    private static final Latent LATENT = Latent.newBuilder()
            .setStream("p2-0123456789abcdef")
            .setIndex(7)
            .addW(1)
            .setDeadlineMs(1)
            .build();

    private static TestBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Topics.ensure(admin, Topics.Settings.DEFAULTS, List.of(Topics.BASE), Duration.ofSeconds(30));
        }
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(letter("styleinv.latents-3@5", "wrong-width", LATENT.toByteArray()))
                    .get(20, TimeUnit.SECONDS);
            producer.send(letter("styleinv.latents-1@9", "bad-protobuf", new byte[] {(byte) 0xff, 1}))
                    .get(20, TimeUnit.SECONDS);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static ProducerRecord<byte[], byte[]> letter(String origin, String reason, byte[] value) {
        byte[] key = LATENT.getStream().getBytes(StandardCharsets.UTF_8);
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(Topics.DEAD_LATENTS, key, value);
        WireHeaders.put(letter.headers(), WireHeaders.INDEX, 7);
        WireHeaders.put(letter.headers(), WireHeaders.ORIGIN, origin);
        WireHeaders.put(letter.headers(), WireHeaders.REASON, reason);
        WireHeaders.put(letter.headers(), WireHeaders.CAUSE, "the sentence");
        return letter;
    }

    private static Run dead(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dead"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--bootstrap", broker.bootstrapServers()));
        return Run.of(all.toArray(String[]::new));
    }

    /** What lies in a partition of the latents. */
    private static List<ConsumerRecord<byte[], byte[]>> latents(int partition) {
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition part = new TopicPartition(Topics.LATENTS, partition);
            consumer.assign(List.of(part));
            consumer.seekToBeginning(List.of(part));
            long end = consumer.endOffsets(List.of(part)).get(part);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (records.size() < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            return records;
        }
    }

    /** As a broker is that speaks TLS and is asked in plain text. Kafka's client waits for ten seconds. */
    @Test
    @Tag("thorough")
    void aBrokerThatSaysNothingIsSaidToBeAway() throws Exception {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "localhost:" + silent.getLocalPort();
            Run list = Run.of("dead", "list", "--bootstrap", address);
            assertEquals(1, list.code());
            assertTrue(list.err().contains("no Kafka broker answers at " + address), list.err());
            assertTrue(list.err().contains("--kafka-config"), list.err());
        }
    }

    @Test
    void lettersAreListedWithWhatIsWrong() {
        Run list = dead("list", "--json");
        assertEquals(0, list.code(), list.err());
        assertEquals(2, list.out().lines().count(), list.out());
        Run one = dead("list", "--reason", "wrong-width", "--json");
        assertEquals(1, one.out().lines().count(), one.out());
        assertTrue(one.out().contains("\"origin\":\"styleinv.latents-3@5\""), one.out());
        assertTrue(one.out().contains("\"cause\":\"the sentence\""), one.out());
        assertTrue(one.out().contains("\"stream\":\"p2-0123456789abcdef\""), one.out());
    }

    @Test
    void aReplayedLetterIsBackWhereItCameFromWithoutItsVerdictAndDeadline() throws Exception {
        Run replay = dead("replay", "--origin", "styleinv.latents-3@5", "--json");
        assertEquals("{\"replayed\":1}", replay.out().strip(), replay.err());
        List<ConsumerRecord<byte[], byte[]>> records = latents(3);
        assertEquals(1, records.size());
        ConsumerRecord<byte[], byte[]> record = records.get(0);
        assertEquals(LATENT.toBuilder().clearDeadlineMs().build(), Latent.parseFrom(record.value()));
        assertEquals("7", WireHeaders.text(record.headers(), WireHeaders.INDEX).orElseThrow());
        assertTrue(WireHeaders.text(record.headers(), WireHeaders.REASON).isEmpty());
        assertEquals(LATENT.getStream(), new String(record.key(), StandardCharsets.UTF_8));
    }

    @Test
    void whatIsNoMessageGoesBackAsItCame() {
        assertEquals(0, dead("replay", "--reason", "bad-protobuf").code());
        assertEquals(2, latents(1).get(0).value().length);
    }

    @Test
    void replayWantsAChoice() {
        Run run = dead("replay");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--all"), run.err());
        assertTrue(dead("replay", "--reason", "no-such").err().contains("dead list"));
    }
}
