package org.styleinv.mesh.fault.blow;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/** Writes every record of topics a second and a third time, each copy after a while of its own: late and out of order. */
final class Copies {
    private static final String MARK = "copy"; // a copy is not copied
    private static final int MOST_LATE_MS = 3000;

    private Copies() {}

    /**
     * Copies what comes on {@code topics} for a while; returns how many copies were written.
     *
     * @param kafka what a client of Kafka's is given to come in, with the broker's address
     */
    static int write(Map<String, Object> kafka, List<String> topics, Duration time, Random random) {
        Map<String, Object> reading = new HashMap<>(Topics.Settings.DEFAULTS.consumerLimits());
        reading.putAll(kafka);
        reading.put("enable.auto.commit", false);
        Map<String, Object> writing = new HashMap<>(Topics.Settings.DEFAULTS.producerLimits());
        writing.putAll(kafka);
        TreeMap<Long, ProducerRecord<byte[], byte[]>> late = new TreeMap<>(); // by the time to write it
        int written = 0;
        try (var consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                var producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(part -> new TopicPartition(part.topic(), part.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(20))) {
                    if (WireHeaders.text(record.headers(), MARK).isEmpty()) {
                        for (int i = 0; i < 2; i++) {
                            long delay = TimeUnit.MILLISECONDS.toNanos(random.nextInt(MOST_LATE_MS));
                            late.put(System.nanoTime() + delay, copy(record));
                        }
                    }
                }
                Map<Long, ProducerRecord<byte[], byte[]>> due = late.headMap(System.nanoTime());
                due.values().forEach(producer::send);
                written += due.size();
                due.clear();
            }
        }
        return written;
    }

    private static ProducerRecord<byte[], byte[]> copy(ConsumerRecord<byte[], byte[]> record) {
        ProducerRecord<byte[], byte[]> copy =
                new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value());
        record.headers().forEach(copy.headers()::add);
        WireHeaders.put(copy.headers(), MARK, "true");
        return copy;
    }
}
