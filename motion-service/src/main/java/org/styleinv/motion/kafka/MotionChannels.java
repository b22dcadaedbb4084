package org.styleinv.motion.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import org.styleinv.door.kafka.OutgoingChannels;
import org.styleinv.door.kafka.TopicsConfig;

/** The channels on which records leave this service. */
@Singleton
public class MotionChannels extends OutgoingChannels {
    public static final String LATENTS = "motion-latents";
    public static final String DEAD = "motion-dead";

    MotionChannels(TopicsConfig topics, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        super(Set.of(LATENTS, DEAD), new MotionKafka(kafka, topics.settings()));
    }
}
