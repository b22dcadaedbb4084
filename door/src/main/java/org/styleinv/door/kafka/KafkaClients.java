package org.styleinv.door.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.styleinv.proto.wire.Topics;

/**
 * What the Kafka clients of every service are given, and what a service asks of the broker itself. A service adds what it
 * alone needs.
 */
public abstract class KafkaClients {
    /** How long the broker may take to answer. */
    protected static final Duration ANSWER = Duration.ofSeconds(10);

    /** Sixteen raw frames of 64 x 64: with Kafka's own 16 KiB each of them is a request, which the broker and its readers pay for. */
    private static final int BATCH_BYTES = 256 << 10;

    private final Map<String, Object> broker;
    private final Topics.Settings topics;
    private final Duration block;
    private final Duration delivery;

    /**
     * @param broker   where it is, and how to speak to it
     * @param block    how long a sender waits for a broker that is away
     * @param delivery how long a record is tried before it is refused
     */
    protected KafkaClients(Map<String, Object> broker, Topics.Settings topics, Duration block, Duration delivery) {
        this.broker = Map.copyOf(broker);
        this.topics = topics;
        this.block = block;
        this.delivery = delivery;
    }

    public final Topics.Settings topics() {
        return topics;
    }

    /** Where the broker is, as it was told. */
    public final String address() {
        return String.valueOf(broker.get("bootstrap.servers"));
    }

    public final Admin admin() {
        return Admin.create(new HashMap<>(broker));
    }

    /** Thrown when the broker does not answer; it may later. */
    public static final class BrokerAway extends IllegalStateException {
        private static final long serialVersionUID = 1;

        BrokerAway(String address, Throwable cause) {
            super("the broker at " + address + " does not answer", cause);
        }
    }

    /** Something that is asked of the broker. */
    @FunctionalInterface
    protected interface Question {
        void ask(Admin admin) throws TimeoutException, InterruptedException;
    }

    /** @throws BrokerAway if the broker does not answer */
    protected final void ask(Question question) {
        try (Admin admin = admin()) {
            question.ask(admin);
        } catch (TimeoutException e) {
            throw new BrokerAway(address(), e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * Makes the topics of those variants, and those of all, where they are missing.
     *
     * @throws BrokerAway if the broker does not answer
     */
    public final void prepare(Collection<String> variants) {
        ask(admin -> Topics.ensure(admin, topics, variants, ANSWER));
    }

    /**
     * A consumer that commits what it is told to, and makes no topic.
     *
     * @param begin where reading begins if nothing was committed: earliest, latest or none
     */
    protected final Map<String, Object> reading(String begin) {
        Map<String, Object> settings = new HashMap<>(broker);
        settings.putAll(topics.consumerLimits());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, begin);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return settings;
    }

    /**
     * The same as a member of a group, of which nobody stops but who has to.
     *
     * @param session after which a member that is silent is missed
     */
    protected final Map<String, Object> reading(String begin, String group, Duration session) {
        Map<String, Object> settings = reading(begin);
        int millis = Math.toIntExact(session.toMillis());
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, millis / 4);
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return settings;
    }

    /** What every producer is given: each replica must have a record before it counts as sent, and none is sent twice. */
    public final Map<String, Object> sending() {
        Map<String, Object> settings = new HashMap<>(broker);
        settings.putAll(topics.producerLimits());
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE); // Kafka's own; the channels' are off
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(block.toMillis()));
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(delivery.toMillis()));
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
        return settings;
    }
}
