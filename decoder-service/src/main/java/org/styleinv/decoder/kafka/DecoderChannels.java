package org.styleinv.decoder.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import org.styleinv.door.kafka.OutgoingChannels;
import org.styleinv.door.kafka.TopicsConfig;

/** The channels on which records leave this service. */
@Singleton
public class DecoderChannels extends OutgoingChannels {
    public static final String FRAMES = "decoder-frames";
    public static final String DEAD = "decoder-dead";

    DecoderChannels(TopicsConfig topics, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        super(Set.of(FRAMES, DEAD), new DecoderKafka(kafka, topics.settings()));
    }
}
