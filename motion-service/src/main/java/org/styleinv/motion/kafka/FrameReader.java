package org.styleinv.motion.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.styleinv.door.kafka.PollLoop;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.RecordHeaders;
import org.styleinv.proto.wire.Topics;

/**
 * Reads the frames that come back on this replica's partitions, on a thread of its own. Partitions are assigned by hand:
 * a replica that restarts has them at once, and nothing is ever committed, for a stream ends with its replica.
 */
public final class FrameReader implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FrameReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SETTLE = Duration.ofSeconds(3);

    /** Receives frames and what cannot be one. */
    public interface Sink {
        /** Whether anybody waits for frames of that stream. */
        boolean wants(String stream);

        /** A frame of a stream that is waited for; says why it is none of those asked for, nothing if it is. */
        String frame(Frame frame);

        void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String cause);
    }

    private final java.util.function.Consumer<String> prepare;
    private final Sink sink;
    private final Set<Integer> partitions;
    private final Map<String, CompletableFuture<Void>> followed = new LinkedHashMap<>(); // guarded by itself
    private final PollLoop loop;

    /**
     * @param consumers makes a fresh consumer; called again when one breaks
     * @param prepare makes a variant's topics; throws if the broker is away
     * @param partitions of each frame topic that this replica reads
     */
    public FrameReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            java.util.function.Consumer<String> prepare,
            Sink sink,
            Collection<Integer> partitions) {
        this.prepare = prepare;
        this.sink = sink;
        this.partitions = Set.copyOf(partitions);
        loop = new PollLoop("motion-frames", consumers, () -> variants().forEach(prepare), this::read);
    }

    public void start() {
        loop.start();
    }

    /**
     * Reads the frames of a variant from now on; done once no later frame can be missed. Its topic is made if it is not
     * there yet, on the caller's thread.
     */
    public CompletableFuture<Void> follow(String variant) {
        synchronized (followed) {
            CompletableFuture<Void> known = followed.get(variant);
            if (known != null && !known.isCompletedExceptionally()) {
                return known;
            }
        }
        prepare.accept(variant);
        return want(variant);
    }

    private CompletableFuture<Void> want(String variant) {
        synchronized (followed) {
            CompletableFuture<Void> ready = followed.get(variant);
            if (ready == null || ready.isCompletedExceptionally()) {
                ready = new CompletableFuture<>();
                followed.put(variant, ready);
                loop.wakeup();
            }
            return ready;
        }
    }

    /** Whose frames are read, the base always. */
    public Set<String> variants() {
        synchronized (followed) {
            Set<String> all = new LinkedHashSet<>(followed.keySet());
            all.add(Topics.BASE);
            return all;
        }
    }

    public PollLoop loop() {
        return loop;
    }

    @Override
    public void close() throws InterruptedException {
        loop.close();
    }

    private void read(Consumer<byte[], byte[]> consumer) {
        Set<String> reading = new HashSet<>();
        want(Topics.BASE);
        while (loop.goesOn()) {
            try {
                assign(consumer, reading);
                var records = consumer.assignment().isEmpty() ? nothing() : consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    accept(record);
                }
                loop.polled(consumer, records.iterator().hasNext());
            } catch (WakeupException e) {
                // someone follows another variant, or closes
            }
        }
    }

    private static Iterable<ConsumerRecord<byte[], byte[]>> nothing() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        return List.of();
    }

    private void assign(Consumer<byte[], byte[]> consumer, Set<String> reading) {
        Map<String, CompletableFuture<Void>> wanted = new HashMap<>();
        synchronized (followed) {
            followed.forEach((variant, ready) -> {
                if (!reading.contains(variant) && !ready.isCompletedExceptionally()) {
                    wanted.put(variant, ready);
                }
            });
        }
        wanted.forEach((variant, ready) -> {
            Set<TopicPartition> before = consumer.assignment();
            List<TopicPartition> fresh = partitions.stream()
                    .map(partition -> new TopicPartition(Topics.frames(variant), partition))
                    .toList();
            Set<TopicPartition> all = new HashSet<>(before);
            all.addAll(fresh);
            try {
                consumer.assign(all);
                consumer.seekToEnd(fresh);
                for (TopicPartition partition : fresh) { // settles where the end is, before any latent is sent
                    consumer.position(partition, SETTLE);
                }
                reading.add(variant);
                loop.beat();
                LOG.infof("reads frames variant=%s partitions=%s", variant, partitions);
                ready.complete(null);
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) { // the other variants' frames must go on
                consumer.assign(before);
                ready.completeExceptionally(e);
            }
        });
    }

    void accept(ConsumerRecord<byte[], byte[]> record) {
        String stream = RecordHeaders.text(record.headers(), RecordHeaders.STREAM)
                .orElseGet(() -> record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
        if (!sink.wants(stream)) {
            return; // it ended, or it is another kind of viewer's
        }
        Optional<String> otherVersion = RecordHeaders.otherVersion(record.headers());
        if (otherVersion.isPresent()) {
            sink.refuse(record, "wrong-version", otherVersion.get());
            return;
        }
        if (record.value() == null || record.value().length == 0) {
            sink.refuse(record, "empty", "the record has no bytes, it wants a styleinv.v1.Frame");
            return;
        }
        try {
            Frame frame = Frame.parseFrom(record.value());
            if (!frame.getStream().equals(stream) || frame.getImage().getData().isEmpty()) {
                sink.refuse(
                        record,
                        "bad-frame",
                        "the record's frame is of stream \"" + frame.getStream() + "\" with "
                                + frame.getImage().getData().size() + " bytes of picture, but its header says \""
                                + stream + "\"");
                return;
            }
            String complaint = sink.frame(frame);
            if (!complaint.isEmpty()) {
                sink.refuse(record, "bad-frame", complaint);
            }
        } catch (InvalidProtocolBufferException e) {
            sink.refuse(
                    record,
                    "bad-protobuf",
                    "the record's " + record.value().length + " bytes are no styleinv.v1.Frame: " + e.getMessage());
        }
    }
}
