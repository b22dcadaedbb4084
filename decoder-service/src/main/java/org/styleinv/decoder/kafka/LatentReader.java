package org.styleinv.decoder.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.work.Outcome;
import org.styleinv.decoder.work.Refusal;
import org.styleinv.decoder.work.Work;
import org.styleinv.decoder.work.WorkQueue;
import org.styleinv.door.Health;
import org.styleinv.door.kafka.PollLoop;
import org.styleinv.door.meter.Meters;
import org.styleinv.proto.Latent;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Topics;
import org.styleinv.telemetry.trace.Traces;

/**
 * The Kafka door: reads latents on a thread of its own, far ahead of the engine, so that a stream's end is seen before its
 * frames are painted; commits what is finished. An absent broker is waited for.
 */
public final class LatentReader implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LatentReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final WorkQueue queue;
    private final FrameWriter writer;
    private final LatentParser parser;
    private final int capacity;
    private final Counter skipped;
    private final Counter cancelled;
    private final Map<TopicPartition, Offsets> offsets = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final PollLoop loop;
    private volatile String group;
    private String member = ""; // the group that the consumer is of

    @SuppressWarnings("NullAway.Init") // before the first record
    private Consumer<byte[], byte[]> reading;

    private Set<String> topics = Set.of(); // that the broker had when it was last asked
    private long topicsAt;

    /**
     * @param consumers makes a fresh consumer of a group; called again when one breaks, and when the group is another
     * @param prepare makes the topics; throws if the broker is away
     * @param partitions of the frame topics
     * @param capacity latents waiting before reading pauses
     * @param painter while it is in trouble the group is left to others
     * @param seal what latents are believed by
     * @param traces that are kept
     */
    public LatentReader(
            Function<String, Consumer<byte[], byte[]>> consumers,
            Moves prepare,
            WorkQueue queue,
            FrameWriter writer,
            List<Decoder.Variant> variants,
            int partitions,
            int capacity,
            Supplier<Health> painter,
            RecordSeal seal,
            Traces traces,
            MeterRegistry meters) {
        this.queue = queue;
        this.writer = writer;
        parser = new LatentParser(variants, partitions, this::hasTopic, writer, seal, traces);
        this.capacity = capacity;
        skipped = Meters.counter(
                meters, "styleinv.decoder.latents.skipped", "latents left out because nobody waits for them any more");
        cancelled =
                Meters.counter(meters, "styleinv.decoder.latents.cancelled", "streams whose latents were taken back");
        group = DecoderGroup.of(names(variants));
        loop = new PollLoop(
                "decoder-latents",
                () -> consumers.apply(member),
                () -> {
                    String next = group;
                    prepare.to(next, member);
                    member = next;
                },
                this::read,
                painter);
    }

    private static List<String> names(List<Decoder.Variant> variants) {
        return variants.stream().map(Decoder.Variant::name).toList();
    }

    /** What is painted here from now on; with other names reading goes on in the group of those. */
    public void paints(List<Decoder.Variant> variants) {
        parser.paints(variants);
        group = DecoderGroup.of(names(variants));
    }

    /** A record of a partition that is in work. */
    private record Receipt(Offsets partition, long offset) implements Work.Receipt {
        @Override
        public void finish() {
            partition.finish(offset);
        }
    }

    /** What must be before a group is joined. */
    @FunctionalInterface
    public interface Moves {
        /**
         * Makes the topics and carries over how far the group before had come; throws if the broker is away.
         *
         * @param before empty at the start, or the same group after a failure
         */
        void to(String group, String before);
    }

    public void start() {
        loop.start();
    }

    public PollLoop loop() {
        return loop;
    }

    @Override
    public void close() throws InterruptedException {
        loop.close();
    }

    private void read(Consumer<byte[], byte[]> consumer) {
        reading = consumer;
        try {
            poll(consumer);
        } finally {
            queue.drop(work -> true); // whoever has the partitions next reads it again
            offsets.clear();
            committed.clear();
        }
    }

    private void poll(Consumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(Topics.LATENTS), new Rebalance(consumer));
        boolean paused = false;
        long lastCommit = System.nanoTime();
        while (loop.goesOn() && group.equals(member)) {
            loop.poll(consumer, POLL, this::accept);
            long now = System.nanoTime();
            writer.retry();
            if (now - lastCommit > COMMIT_NANOS) {
                lastCommit = now;
                Map<TopicPartition, OffsetAndMetadata> ready = ready(offsets.keySet());
                if (!ready.isEmpty()) {
                    consumer.commitAsync(ready, (done, failure) -> {
                        if (failure != null) {
                            done.keySet().forEach(committed::remove); // tried again
                        }
                    });
                }
            }
            if (queue.size() >= capacity) {
                consumer.pause(consumer.assignment());
                paused = true;
            } else if (paused && queue.size() < capacity / 2) {
                consumer.resume(consumer.assignment());
                paused = false;
            }
        }
        commit(consumer, offsets.keySet());
    }

    private Map<TopicPartition, OffsetAndMetadata> ready(Collection<TopicPartition> of) {
        Map<TopicPartition, OffsetAndMetadata> ready = new HashMap<>();
        for (TopicPartition partition : of) {
            Offsets tracked = offsets.get(partition);
            long at = tracked == null ? -1 : tracked.committable();
            if (at >= 0 && at != committed.getOrDefault(partition, -1L)) {
                ready.put(partition, new OffsetAndMetadata(at));
                committed.put(partition, at);
            }
        }
        return ready;
    }

    private void commit(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> of) {
        Map<TopicPartition, OffsetAndMetadata> ready = ready(of);
        if (ready.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(ready, Duration.ofSeconds(1));
        } catch (KafkaException e) {
            ready.keySet().forEach(committed::remove);
            LOG.infof("offsets were not committed, some frames will be painted twice cause=\"%s\"", e.getMessage());
        }
    }

    void accept(ConsumerRecord<byte[], byte[]> record) {
        Offsets tracked = offsets.computeIfAbsent(
                new TopicPartition(record.topic(), record.partition()), partition -> new Offsets());
        tracked.begin(record.offset());
        try {
            Optional<Work> work = parse(record);
            if (work.isEmpty()) {
                tracked.finish(record.offset());
            } else if (work.get().expired(System.currentTimeMillis())) {
                skipped.increment();
                tracked.finish(record.offset());
            } else {
                work.get().addReceipt(new Receipt(tracked, record.offset()));
                queue.offer(work.get());
            }
        } catch (Refusal refusal) {
            writer.refuse(record, refusal, () -> tracked.finish(record.offset()));
        }
    }

    /** The work a record asks for; empty if it is not ours to do. */
    private Optional<Work> parse(ConsumerRecord<byte[], byte[]> record) throws Refusal {
        Optional<Latent> latent = parser.message(record);
        if (latent.isPresent() && latent.get().getCancel()) {
            List<Work> gone = queue.cancel(latent.get().getStream());
            gone.forEach(work -> work.end(new Outcome.Dropped()));
            cancelled.increment(gone.size());
            return Optional.empty();
        }
        return latent.isPresent() ? parser.work(record, latent.get()) : Optional.empty();
    }

    /** A variant that is painted has its topic: whoever paints it made that. */
    private boolean hasTopic(String variant) {
        if (!Topics.isVariant(variant)) {
            return false;
        }
        long now = System.nanoTime();
        if (!topics.contains(Topics.frames(variant)) && (topics.isEmpty() || now - topicsAt > LOOK_AGAIN_NANOS)) {
            try {
                topics = Set.copyOf(reading.listTopics(ANSWER).keySet());
                topicsAt = now;
            } catch (TimeoutException e) {
                return true; // nobody can be asked, so nobody is judged
            }
        }
        return topics.contains(Topics.frames(variant));
    }

    /** Commits before partitions go and forgets their work; the next owner does it. */
    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;

        Rebalance(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.infof("reads latents partitions=%s", partitions);
            partitions.forEach(partition -> {
                offsets.put(partition, new Offsets());
                committed.remove(partition);
            });
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commit(consumer, partitions);
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                Offsets gone = offsets.remove(partition);
                committed.remove(partition);
                if (gone != null) {
                    queue.drop(work -> work.from(record -> ((Receipt) record).partition() == gone));
                }
            }
        }
    }
}
