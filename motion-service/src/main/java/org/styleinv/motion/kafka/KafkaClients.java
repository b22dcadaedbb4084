package org.styleinv.motion.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.styleinv.door.kafka.ProducerSettings;
import org.styleinv.proto.wire.Topics;

/** Makes Kafka's clients with the settings that this service needs. */
public final class KafkaClients {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration BLOCK = Duration.ofSeconds(1); // the engine waits no longer for an absent broker
    private static final Duration DELIVERY = Duration.ofSeconds(10);

    private final Map<String, Object> broker;
    private final Topics.Settings topics;

    /** @param broker where it is, and how to speak to it */
    public KafkaClients(Map<String, Object> broker, Topics.Settings topics) {
        this.broker = Map.copyOf(broker);
        this.topics = topics;
    }

    public Topics.Settings topics() {
        return topics;
    }

    /** Where the broker is, as it was told. */
    public String address() {
        return String.valueOf(broker.get("bootstrap.servers"));
    }

    public Admin admin() {
        return Admin.create(new HashMap<>(broker));
    }

    /** Makes the topics of a variant, and those of all, where they are missing; throws if the broker is away. */
    public void prepare(String variant) {
        try (Admin admin = admin()) {
            Topics.ensure(admin, topics, List.of(variant), ANSWER);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the broker at " + address() + " does not answer", e);
        } catch (InterruptedException e) {
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
    }

    /** For frames: partitions are assigned by hand, and nothing is committed. */
    public Consumer<byte[], byte[]> frames() {
        return new KafkaConsumer<>(reading());
    }

    /** For the table of broadcasts, which begins at the beginning: where a record is missing, it must begin again. */
    public Consumer<byte[], byte[]> table() {
        Map<String, Object> settings = reading();
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 50); // behind a waiting fetch each question waits, too
        return new KafkaConsumer<>(settings);
    }

    /** For a group that shares out partitions: who dies must be missed soon. */
    public Consumer<byte[], byte[]> member(String group, Duration session) {
        Map<String, Object> settings = reading();
        int millis = Math.toIntExact(session.toMillis());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis / 4);
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.max(10_000, millis));
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return new KafkaConsumer<>(settings);
    }

    private Map<String, Object> reading() {
        Map<String, Object> settings = new HashMap<>(broker);
        settings.putAll(topics.consumerLimits());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"); // what was missed is asked for again
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return settings;
    }

    /** For the table of broadcasts, whose records are waited for. */
    public Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(sending());
    }

    /** What every producer here is given. */
    public Map<String, Object> sending() {
        return ProducerSettings.of(broker, topics, BLOCK, DELIVERY);
    }
}
