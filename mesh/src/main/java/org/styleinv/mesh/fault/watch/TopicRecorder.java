package org.styleinv.mesh.fault.watch;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.styleinv.mesh.fault.watch.History.Kept;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Topics;

/** Writes down every record of topics of frames, beside those who read it for their clients; outlives the broker. */
public final class TopicRecorder implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<Kept> kept = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final Thread thread = new Thread(this::read, "topic-recorder");
    private volatile boolean closed;
    private volatile long caughtUpAt; // when all that the topics then had was read

    /** @param kafka what a client of Kafka's is given to come in, with the broker's address */
    public TopicRecorder(Map<String, Object> kafka, List<String> variants) {
        Map<String, Object> settings = new HashMap<>(Topics.Settings.DEFAULTS.consumerLimits());
        settings.putAll(kafka);
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest"); // a broker that lost its tail must not hide what follows
        settings.put("reconnect.backoff.max.ms", 1000);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = variants.stream()
                .flatMap(variant -> consumer.partitionsFor(Topics.frames(variant)).stream())
                .map(part -> new TopicPartition(part.topic(), part.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (consumer) {
            while (!closed) {
                long before = System.nanoTime();
                var records = consumer.poll(Duration.ofMillis(100));
                records.forEach(this::keep);
                if (records.isEmpty() && atEnd()) {
                    caughtUpAt = before;
                }
            }
        } catch (WakeupException e) {
            // closed
        }
    }

    private boolean atEnd() {
        try {
            return consumer.endOffsets(consumer.assignment(), Duration.ofSeconds(2)).entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey(), Duration.ofSeconds(2)) >= end.getValue());
        } catch (RetriableException e) {
            return false; // the broker is away
        }
    }

    private void keep(ConsumerRecord<byte[], byte[]> record) {
        String origin = record.topic() + "-" + record.partition() + "@" + record.offset();
        try {
            Frame frame = Frame.parseFrom(record.value());
            var one = new Kept(
                    origin,
                    frame.getStream(),
                    frame.getIndex(),
                    frame.getVariant(),
                    History.label(frame),
                    Pixels.of(frame.getImage()).sha256());
            synchronized (this) {
                kept.add(one);
            }
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            synchronized (this) {
                unreadable.add(origin + ": " + e.getMessage());
            }
        }
    }

    /** Everything up to now; empties the record. False in {@code complete} if a topic could not be read to its end. */
    public Taken take(Duration limit) throws InterruptedException {
        long now = System.nanoTime();
        while (caughtUpAt < now && System.nanoTime() - now < limit.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        synchronized (this) {
            var taken = new Taken(List.copyOf(kept), List.copyOf(unreadable), caughtUpAt >= now);
            kept.clear();
            unreadable.clear();
            return taken;
        }
    }

    /** What was kept since the last time. */
    public record Taken(List<Kept> kept, List<String> unreadable, boolean complete) {}

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
    }
}
