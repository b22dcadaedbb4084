package org.styleinv.decoder;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Latent;
import org.styleinv.proto.wire.PollLoop;
import org.styleinv.proto.wire.RecordHeaders;
import org.styleinv.proto.wire.Topics;

/**
 * The Kafka door: reads latents on a thread of its own, far ahead of the engine, so that a stream's end is seen before its
 * frames are painted; commits what is finished. An absent broker is waited for.
 */
final class LatentReader implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LatentReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final WorkQueue queue;
    private final FrameWriter writer;
    private final Map<String, Decoder.Variant> variants = new HashMap<>();
    private final int partitions;
    private final int capacity;
    private final Counter skipped;
    private final Counter cancelled;
    private final Map<TopicPartition, Offsets> offsets = new HashMap<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final PollLoop loop;

    /**
     * @param consumers makes a fresh consumer; called again when one breaks
     * @param prepare makes the topics; throws if the broker is away
     * @param partitions of the frame topics
     * @param capacity latents waiting before reading pauses
     */
    LatentReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Runnable prepare,
            WorkQueue queue,
            FrameWriter writer,
            List<Decoder.Variant> variants,
            int partitions,
            int capacity,
            MeterRegistry meters) {
        this.queue = queue;
        this.writer = writer;
        variants.forEach(variant -> this.variants.put(variant.name(), variant));
        this.partitions = partitions;
        this.capacity = capacity;
        skipped = meters.counter("styleinv.decoder.latents.skipped");
        cancelled = meters.counter("styleinv.decoder.latents.cancelled");
        loop = new PollLoop("decoder-latents", consumers, prepare, this::read);
    }

    void start() {
        loop.start();
    }

    PollLoop loop() {
        return loop;
    }

    @Override
    public void close() throws InterruptedException {
        loop.close();
    }

    private void read(Consumer<byte[], byte[]> consumer) {
        try {
            poll(consumer);
        } finally {
            queue.drop(work -> true); // a successor reads it again
            offsets.clear();
            committed.clear();
        }
    }

    private void poll(Consumer<byte[], byte[]> consumer) {
        consumer.subscribe(List.of(Topics.LATENTS), new Rebalance(consumer));
        boolean paused = false;
        long lastCommit = System.nanoTime();
        while (!loop.closed()) {
            var records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                accept(record);
            }
            long now = System.nanoTime();
            loop.polled(consumer, !records.isEmpty());
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
                work.get().addReceipt(new Work.Receipt(tracked, record.offset()));
                queue.offer(work.get());
            }
        } catch (Refusal refusal) {
            writer.refuse(record, refusal, () -> tracked.finish(record.offset()));
        }
    }

    /** The work a record asks for; empty if it is not ours to do. */
    private Optional<Work> parse(ConsumerRecord<byte[], byte[]> record) throws Refusal {
        Optional<String> named = RecordHeaders.text(record.headers(), RecordHeaders.VARIANT);
        boolean ours =
                variants.containsKey(named.filter(name -> !name.isEmpty()).orElse(Topics.BASE));
        Latent latent;
        try {
            if (record.value() == null || record.value().length == 0) {
                throw new Refusal(Refusal.Reason.EMPTY, "the record has no bytes, it wants a styleinv.v1.Latent");
            }
            latent = Latent.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            if (!ours) { // every group of decoders reads this record; one reports it
                return Optional.empty();
            }
            throw new Refusal(
                    Refusal.Reason.BAD_PROTOBUF,
                    "the record's " + record.value().length + " bytes are no styleinv.v1.Latent: " + e.getMessage());
        } catch (Refusal refusal) {
            if (!ours) {
                return Optional.empty();
            }
            throw refusal;
        }
        if (latent.getCancel()) {
            List<Work> gone = queue.cancel(latent.getStream());
            gone.forEach(Work::finish);
            cancelled.increment(gone.size());
            return Optional.empty();
        }
        String name = latent.getVariant().isEmpty() ? Topics.BASE : latent.getVariant();
        Decoder.Variant variant = variants.get(name);
        if (variant == null) {
            if (ours && !Topics.isVariant(name)) {
                throw new Refusal(Refusal.Reason.BAD_VARIANT, "\"" + name + "\" cannot name a variant");
            }
            return Optional.empty(); // another group of decoders has it
        }
        return Optional.of(work(record, latent, variant));
    }

    private Work work(ConsumerRecord<byte[], byte[]> record, Latent latent, Decoder.Variant variant) throws Refusal {
        if (latent.getStream().isEmpty()) {
            throw new Refusal(Refusal.Reason.NO_STREAM, "the latent names no stream");
        }
        if (latent.getWCount() != variant.wDim()) {
            throw new Refusal(
                    Refusal.Reason.WRONG_WIDTH,
                    "w has " + latent.getWCount() + " values, but the variant \"" + variant.name() + "\" expects "
                            + variant.wDim());
        }
        float[] w = new float[latent.getWCount()];
        for (int i = 0; i < w.length; i++) {
            w[i] = latent.getW(i);
            if (!Float.isFinite(w[i])) {
                throw new Refusal(Refusal.Reason.NOT_FINITE, "w[" + i + "] is " + w[i] + ", it must be finite");
            }
        }
        Encoding encoding = latent.getEncoding() == Encoding.ENCODING_UNSPECIFIED ? Encoding.PNG : latent.getEncoding();
        if (encoding == Encoding.UNRECOGNIZED || encoding == Encoding.FLOAT32) {
            throw new Refusal(
                    Refusal.Reason.UNKNOWN_ENCODING,
                    "encoding " + latent.getEncodingValue() + " cannot store a frame, use RAW, PNG or JPEG");
        }
        if (latent.getReplyPartition() < 0 || latent.getReplyPartition() >= partitions) {
            throw new Refusal(
                    Refusal.Reason.BAD_PARTITION,
                    "reply partition " + latent.getReplyPartition() + " is not one of " + partitions
                            + "; has every service the same styleinv.topics.partitions?");
        }
        return new Work(
                new Work.Key(
                        latent.getStream(),
                        latent.getIndex(),
                        new Work.Kind(variant.name(), noise(latent.getNoise())),
                        encoding),
                record,
                w,
                latent.getPresentationUs(),
                latent.getReplyPartition(),
                latent.getDeadlineMs(),
                RecordHeaders.text(record.headers(), RecordHeaders.TRACE));
    }

    private static Noise noise(org.styleinv.proto.Noise noise) throws Refusal {
        return switch (noise.getMode()) {
            case CONST -> Noise.CONST;
            case NONE -> Noise.NONE;
            case RANDOM -> Noise.random(noise.getSeed());
            case UNRECOGNIZED ->
                throw new Refusal(
                        Refusal.Reason.UNKNOWN_NOISE,
                        "noise mode " + noise.getModeValue() + " is unknown, use CONST, NONE or RANDOM");
        };
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
                    queue.drop(work -> work.from(gone));
                }
            }
        }
    }
}
