package org.styleinv.decoder.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.styleinv.door.kafka.ProducerSettings;
import org.styleinv.door.kafka.TopicsConfig;

/** The channels on which records leave this service. */
@Singleton
public class DecoderChannels extends ProducerSettings {
    public static final String FRAMES = "decoder-frames";
    public static final String DEAD = "decoder-dead";

    private static final Duration BLOCK = Duration.ofSeconds(5);
    private static final Duration DELIVERY = Duration.ofSeconds(20);

    DecoderChannels(TopicsConfig topics, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        super(Set.of(FRAMES, DEAD), of(kafka, topics.settings(), BLOCK, DELIVERY));
    }
}
