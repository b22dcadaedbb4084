package org.styleinv.decoder.kafka;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.Config;
import org.styleinv.door.kafka.TopicsConfig;
import org.styleinv.proto.wire.Topics;

/** The channels on which records leave this service, and what Kafka's producers behind them are given. */
@ApplicationScoped
public class DecoderChannels implements ClientCustomizer<Map<String, Object>> {
    public static final String FRAMES = "decoder-frames";
    public static final String DEAD = "decoder-dead";

    private final Map<String, Object> sending;

    DecoderChannels(TopicsConfig topics, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        sending = sending(kafka, topics.settings());
    }

    /** Channels of another service may live in this process. */
    @Override
    public Map<String, Object> customize(String channel, Config config, Map<String, Object> settings) {
        if (!List.of(FRAMES, DEAD).contains(channel)) {
            return settings;
        }
        Map<String, Object> all = new HashMap<>(settings);
        sending.forEach((key, value) -> all.put(key, value.toString())); // the library wants text
        return all;
    }

    private static Map<String, Object> sending(Map<String, Object> kafka, Topics.Settings topics) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.putAll(topics.producerLimits());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE); // Kafka's own; the channels' are off
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return settings;
    }
}
