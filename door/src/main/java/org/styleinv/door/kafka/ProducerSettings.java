package org.styleinv.door.kafka;

import io.smallrye.reactive.messaging.ClientCustomizer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.Config;
import org.styleinv.proto.wire.Topics;

/** What Kafka's producers of a service are given: those behind its channels, and those that it makes itself. */
public abstract class ProducerSettings implements ClientCustomizer<Map<String, Object>> {
    private final Set<String> channels;
    private final Map<String, Object> settings;

    /** @param channels of the service; others may live in this process, and are left as they are */
    protected ProducerSettings(Set<String> channels, Map<String, Object> settings) {
        this.channels = channels;
        this.settings = settings;
    }

    /**
     * Every replica must have a record before it counts as sent, and none is sent twice.
     *
     * @param broker   where it is, and how to speak to it
     * @param block    how long a sender waits for a broker that is away
     * @param delivery how long a record is tried before it is refused
     */
    public static Map<String, Object> of(
            Map<String, Object> broker, Topics.Settings topics, Duration block, Duration delivery) {
        Map<String, Object> settings = new HashMap<>(broker);
        settings.putAll(topics.producerLimits());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE); // Kafka's own; the channels' are off
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(block.toMillis()));
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(delivery.toMillis()));
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return settings;
    }

    @Override
    public Map<String, Object> customize(String channel, Config config, Map<String, Object> given) {
        if (!channels.contains(channel)) {
            return given;
        }
        Map<String, Object> all = new HashMap<>(given);
        settings.forEach((key, value) -> all.put(key, value.toString())); // the library wants text
        return all;
    }
}
