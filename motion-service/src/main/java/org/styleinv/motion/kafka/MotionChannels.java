package org.styleinv.motion.kafka;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.styleinv.door.kafka.TopicsConfig;

/** The channels on which records leave this service, and what Kafka's producers behind them are given. */
@ApplicationScoped
public class MotionChannels implements ClientCustomizer<Map<String, Object>> {
    public static final String LATENTS = "motion-latents";
    public static final String DEAD = "motion-dead";

    private final Map<String, Object> sending;

    MotionChannels(TopicsConfig topics, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        sending = new KafkaClients(kafka, topics.settings()).sending();
    }

    /** Channels of another service may live in this process. */
    @Override
    public Map<String, Object> customize(String channel, Config config, Map<String, Object> settings) {
        if (!List.of(LATENTS, DEAD).contains(channel)) {
            return settings;
        }
        Map<String, Object> all = new HashMap<>(settings);
        sending.forEach((key, value) -> all.put(key, value.toString())); // the library wants text
        return all;
    }
}
