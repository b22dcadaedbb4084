package org.styleinv.motion.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.styleinv.door.kafka.KafkaClients;
import org.styleinv.proto.wire.Topics;

/** Kafka's clients with the settings that this service needs. */
public final class MotionKafka extends KafkaClients {
    private static final String FROM_NOW = "latest"; // what was missed is asked for again
    private static final Duration BLOCK = Duration.ofSeconds(1); // the engine waits no longer for an absent broker
    private static final Duration DELIVERY = Duration.ofSeconds(10);

    /** @param broker where it is, and how to speak to it */
    public MotionKafka(Map<String, Object> broker, Topics.Settings topics) {
        super(broker, topics, BLOCK, DELIVERY);
    }

    /** For frames: partitions are assigned by hand, and nothing is committed. */
    public Consumer<byte[], byte[]> frames() {
        return new KafkaConsumer<>(reading(FROM_NOW));
    }

    /** For the table of broadcasts, which begins at the beginning: where a record is missing, it must begin again. */
    public Consumer<byte[], byte[]> table() {
        Map<String, Object> settings = reading("none");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50); // behind a waiting fetch each question waits, too
        return new KafkaConsumer<>(settings);
    }

    /** For a group that shares out partitions: who dies must be missed soon. */
    public Consumer<byte[], byte[]> member(String group, Duration session) {
        Map<String, Object> settings = reading(FROM_NOW, group, session);
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.max(10_000, Math.toIntExact(session.toMillis())));
        return new KafkaConsumer<>(settings);
    }

    /** For the table of broadcasts, whose records are waited for. */
    public Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(sending());
    }
}
