package org.styleinv.mesh.fault.watch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** Looks at what services write to each other, beside them: the version of their records, and how many were refused. */
public final class RecordWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(20);
    private static final List<String> WRITTEN = List.of(Topics.LATENTS, Topics.frames(Topics.BASE));
    private static final List<String> DEAD = List.of(Topics.DEAD_LATENTS, Topics.DEAD_FRAMES);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @param kafka what a client of Kafka's is given to come in, with the broker's address */
    public RecordWatch(Map<String, Object> kafka) {
        Map<String, Object> settings = new HashMap<>(Topics.Settings.DEFAULTS.consumerLimits());
        settings.putAll(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("allow.auto.create.topics", false);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Records in the dead letters since the topics were made. */
    public long refused() {
        return ends(DEAD).values().stream().mapToLong(end -> end).sum();
    }

    /**
     * What the latents and frames say that were written.
     *
     * @param versions of records
     * @param keys     names of those that sealed them
     */
    public record Said(Set<Integer> versions, Set<String> keys) {}

    /** From here on {@link #said} looks. */
    public void begin() {
        Map<TopicPartition, Long> ends = ends(WRITTEN);
        consumer.assign(ends.keySet());
        ends.forEach(consumer::seek);
    }

    /** What was written since {@link #begin} or the last look. */
    public Said said() {
        Map<TopicPartition, Long> ends = ends(WRITTEN);
        Said said = new Said(new TreeSet<>(), new TreeSet<>());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), ANSWER) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                said.versions().add(WireHeaders.version(record.headers()));
                RecordSeal.key(record.headers()).ifPresent(said.keys()::add);
            }
        }
        return said;
    }

    private Map<TopicPartition, Long> ends(List<String> topics) {
        List<TopicPartition> partitions = topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic, ANSWER).stream())
                .map(part -> new TopicPartition(part.topic(), part.partition()))
                .toList();
        return consumer.endOffsets(partitions, ANSWER);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
