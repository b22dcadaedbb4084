package org.styleinv.mesh.client;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Topics;

/** Reads frames of one variant straight from Kafka, as any consumer may: no group, no commit, nobody else is disturbed. */
public final class KafkaFrames implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;
    private final String topic;

    private KafkaFrames(KafkaConsumer<String, byte[]> consumer, String topic) {
        this.consumer = consumer;
        this.topic = topic;
    }

    /**
     * Stands at the end of the frames of {@code variant}, or at the first that is kept.
     *
     * @throws IllegalStateException if the broker does not answer, or has no such frames
     */
    public static KafkaFrames open(String bootstrapServers, String variant, boolean fromBeginning) {
        String topic = Topics.frames(variant);
        Map<String, Object> settings = new HashMap<>(Topics.Settings.DEFAULTS.consumerLimits());
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        settings.put("default.api.timeout.ms", 10_000);
        settings.put("request.timeout.ms", 5_000);
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
        try {
            List<PartitionInfo> found = consumer.partitionsFor(topic);
            if (found == null || found.isEmpty()) {
                throw new IllegalStateException("the broker " + bootstrapServers + " has no topic " + topic + ": is \""
                        + variant + "\" a variant of this mesh?");
            }
            List<TopicPartition> partitions = found.stream()
                    .map(part -> new TopicPartition(topic, part.partition()))
                    .toList();
            consumer.assign(partitions);
            if (fromBeginning) {
                consumer.seekToBeginning(partitions);
            } else {
                consumer.seekToEnd(partitions);
            }
            partitions.forEach(consumer::position); // seeking is lazy, but "from now on" must be now
            return new KafkaFrames(consumer, topic);
        } catch (KafkaException e) {
            consumer.close(Duration.ZERO);
            throw new IllegalStateException(
                    "no Kafka broker answers at " + bootstrapServers
                            + ": start a mesh with `styleinv up`, or name another with --bootstrap",
                    e);
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
                frames.add(Frame.parseFrom(record.value()));
            }
        } catch (WakeupException e) {
            return frames;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a record in " + topic + " is not a frame: " + e.getMessage(), e);
        }
        return frames;
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
