package org.styleinv.door.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.styleinv.proto.wire.Topics;

class KafkaClientsTest {
    private static final Topics.Settings TOPICS = Topics.Settings.DEFAULTS;

    private final KafkaClients kafka = new KafkaClients(
            Map.of("bootstrap.servers", "localhost:1", "group.id", "of-the-application"),
            TOPICS,
            Duration.ofSeconds(1),
            Duration.ofSeconds(10)) {};

    @Test
    void aMemberCommitsWhatItIsToldAndIsMissedAfterItsSession() {
        Map<String, Object> settings = kafka.reading("earliest", "readers", Duration.ofSeconds(6));
        assertEquals("readers", settings.get(ConsumerConfig.GROUP_ID_CONFIG));
        assertEquals("earliest", settings.get(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG));
        assertEquals(false, settings.get(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG), "what is finished is committed");
        assertEquals(6000, settings.get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG));
        assertTrue((int) settings.get(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG) <= 6000 / 3);
        assertTrue((int) settings.get(ConsumerConfig.FETCH_MAX_BYTES_CONFIG) >= TOPICS.maxRecordBytes());
    }

    @Test
    void aReaderWithoutAGroupIsInNone() {
        assertFalse(kafka.reading("latest").containsKey(ConsumerConfig.GROUP_ID_CONFIG));
    }

    @Test
    void whatIsSentIsOnAllReplicasAndNotTwice() {
        Map<String, Object> settings = kafka.sending();
        assertEquals("all", settings.get(ProducerConfig.ACKS_CONFIG));
        assertEquals(true, settings.get(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG));
        assertEquals(1000, settings.get(ProducerConfig.MAX_BLOCK_MS_CONFIG));
        assertEquals(10_000, settings.get(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG));
        assertTrue((int) settings.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG) > TOPICS.maxRecordBytes());
    }

    @Test
    void kafkaTakesTheSettings() {
        new KafkaConsumer<byte[], byte[]>(kafka.reading("latest", "readers", Duration.ofSeconds(6)))
                .close(Duration.ZERO);
        new KafkaProducer<byte[], byte[]>(kafka.sending()).close(Duration.ZERO);
    }
}
