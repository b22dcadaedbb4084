package org.styleinv.client;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** Reads frames of some variants straight from Kafka, as any consumer may: no group, no commit, nobody else is disturbed. */
public final class KafkaFrames implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private long unreadable;

    private KafkaFrames(KafkaConsumer<String, byte[]> consumer) {
        this.consumer = consumer;
    }

    /** As the other, of one variant. */
    public static KafkaFrames open(String bootstrapServers, String variant, boolean fromBeginning) {
        return open(bootstrapServers, List.of(variant), fromBeginning);
    }

    /**
     * Stands at the end of the frames of {@code variants}, or at the first that is kept.
     *
     * @param bootstrapServers {@code host:port} of the broker, or several with commas between them
     * @throws IllegalArgumentException if that is no address
     * @throws BrokerAwayException if the broker does not answer
     * @throws IllegalStateException if it has no such frames
     */
    public static KafkaFrames open(String bootstrapServers, Collection<String> variants, boolean fromBeginning) {
        return open(bootstrapServers, variants, fromBeginning, Map.of());
    }

    /** As the other; {@code security} is what Kafka's clients are given to come in, as {@code security.protocol}. */
    public static KafkaFrames open(
            String bootstrapServers, Collection<String> variants, boolean fromBeginning, Map<String, String> security) {
        BrokerAwayException.check(bootstrapServers);
        Map<String, Object> settings = new HashMap<>(security);
        settings.putAll(Topics.Settings.DEFAULTS.consumerLimits());
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("default.api.timeout.ms", 10_000);
        settings.put("request.timeout.ms", 5_000);
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        try {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String variant : variants) {
                String topic = Topics.frames(variant);
                List<PartitionInfo> found = consumer.partitionsFor(topic);
                if (found == null || found.isEmpty()) {
                    throw new IllegalStateException("the broker " + bootstrapServers + " has no topic " + topic
                            + ": is \"" + variant + "\" a variant of this mesh?");
                }
                found.forEach(part -> partitions.add(new TopicPartition(topic, part.partition())));
            }
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
            }
            partitions.forEach(consumer::position); // seeking is lazy, but "from now on" must be now
            return new KafkaFrames(consumer);
        } catch (KafkaException e) {
            consumer.close(Duration.ZERO);
            throw new BrokerAwayException(bootstrapServers, e);
        } catch (RuntimeException e) {
            consumer.close(Duration.ZERO);
            throw e;
        }
    }

    /** What arrived; waits up to {@code wait} for the first. Empty also after {@link #wakeup}. */
    public List<Frame> poll(Duration wait) {
        List<Frame> frames = new ArrayList<>();
        try {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
                if (WireHeaders.otherVersion(record.headers()).isPresent()) {
                    unreadable++;
                    continue;
                }
                try {
                    frames.add(Frame.parseFrom(record.value()));
                } catch (InvalidProtocolBufferException e) {
                    unreadable++;
                }
            }
        } catch (WakeupException e) {
            return frames;
        }
        return frames;
    }

    /** Whether the broker still answers, which silence does not tell; asks it for up to {@code wait}. */
    public boolean answers(Duration wait) {
        try {
            consumer.endOffsets(consumer.assignment(), wait);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (WakeupException e) {
            return true; // nobody waits for the answer any more
        } catch (KafkaException e) {
            return true; // it has answered: that it is unwell, or that there are no such topics any more
        }
    }

    /** How many records were left out because they are no frames. */
    public long unreadable() {
        return unreadable;
    }

    /** Ends a {@link #poll} of another thread at once. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
