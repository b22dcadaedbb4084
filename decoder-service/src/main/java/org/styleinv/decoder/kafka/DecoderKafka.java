package org.styleinv.decoder.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.jboss.logging.Logger;
import org.styleinv.door.kafka.KafkaClients;
import org.styleinv.proto.wire.Topics;

/** Kafka's clients with the settings that this service needs, and how it moves from one group of readers to another. */
public final class DecoderKafka extends KafkaClients {
    private static final Logger LOG = Logger.getLogger(DecoderKafka.class);
    private static final String FROM_THE_FIRST = "earliest"; // deadlines drop what is too old
    private static final Duration BLOCK = Duration.ofSeconds(5);
    private static final Duration DELIVERY = Duration.ofSeconds(20);

    /** @param broker where it is, and how to speak to it */
    public DecoderKafka(Map<String, Object> broker, Topics.Settings topics) {
        super(broker, topics, BLOCK, DELIVERY);
    }

    /** A member of a group that shares out the latents. */
    public Consumer<byte[], byte[]> member(String group, Duration session) {
        return new KafkaConsumer<>(reading(FROM_THE_FIRST, group, session));
    }

    /**
     * Makes the topics of those variants, and lets a group begin where the one before was.
     *
     * @param before empty, or the same group, where there is nothing to take along
     * @throws BrokerAway if the broker does not answer
     */
    public void move(String group, String before, List<String> variants) {
        prepare(variants);
        if (!before.isEmpty() && !before.equals(group)) {
            ask(admin -> DecoderGroup.carry(admin, before, group, ANSWER));
            LOG.infof("decoder moves to another group group=%s before=%s", group, before);
        }
    }
}
