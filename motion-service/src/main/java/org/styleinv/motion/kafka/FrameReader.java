package org.styleinv.motion.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.door.kafka.PollLoop;
import org.styleinv.proto.Frame;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/**
 * Reads the frames that come back to this replica, on a thread of its own: of every variant that is followed, the partitions
 * that the replica owns (see {@link PartitionOwner}). Nothing is committed, for a stream ends with its replica, and reading
 * begins at the end. A partition that is owned no more is read for a while yet: frames on it were asked for here. Who owns
 * nothing goes on with what it read last.
 */
public final class FrameReader implements Replies, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FrameReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Receives frames and what cannot be one. */
    public interface Sink {
        /** Whether anybody waits for frames of that stream. */
        boolean wants(String stream);

        /**
         * A frame of a stream that is waited for; says why it is none of those asked for, nothing if it is.
         *
         * @param topic that it came by
         * @param writtenMs Unix time of its record
         */
        String frame(Frame frame, String topic, long writtenMs);

        void refuse(ConsumerRecord<byte[], byte[]> record, String reason, String cause);
    }

    private final java.util.function.Consumer<String> prepare;
    private final Map<String, CompletableFuture<Void>> followed = new LinkedHashMap<>(); // guarded by itself
    private final Map<Integer, Long> lost = new HashMap<>(); // since when, of the loop's thread
    private final RecordSeal seal;
    private final PollLoop loop;

    @SuppressWarnings("NullAway.Init") // when it starts
    private volatile Sink sink;

    private volatile Set<Integer> owned = Set.of();
    private volatile Set<Integer> reading = Set.of();
    private volatile Set<Integer> usable = Set.of();

    /**
     * @param consumers makes a fresh consumer; called again when one breaks
     * @param prepare makes a variant's topics; throws if the broker is away
     * @param seal what frames are believed by
     */
    public FrameReader(
            Supplier<Consumer<byte[], byte[]>> consumers,
            java.util.function.Consumer<String> prepare,
            RecordSeal seal) {
        this.seal = seal;
        this.prepare = prepare;
        loop = new PollLoop("motion-frames", consumers, () -> variants().forEach(prepare), this::read);
    }

    /** @param receiver of all frames */
    public void start(Sink receiver) {
        sink = receiver;
        loop.start();
    }

    /** Those partitions are owned from now on, and no others. */
    public void own(Set<Integer> partitions) {
        owned = Set.copyOf(partitions);
        loop.wakeup();
    }

    @Override
    public Set<Integer> usable() {
        return usable;
    }

    @Override
    public boolean reads(int partition) {
        return reading.contains(partition);
    }

    @Override
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

    /** In trouble where no frame can come back to this replica. */
    public Health health() {
        return usable.isEmpty()
                ? Health.trouble(
                        "motion-frames",
                        "no partition of the frames is owned by this replica; has each topic fewer partitions"
                                + " (styleinv.topics.partitions) than motion-service has replicas?")
                : Health.WELL;
    }

    public PollLoop loop() {
        return loop;
    }

    @Override
    public void close() throws InterruptedException {
        loop.close();
    }

    private void read(Consumer<byte[], byte[]> consumer) {
        want(Topics.BASE);
        while (loop.goesOn()) {
            try {
                settle(consumer);
                if (consumer.assignment().isEmpty()) {
                    rest();
                    loop.polled(consumer, false);
                } else {
                    loop.poll(consumer, POLL, record -> accept(record, sink, seal));
                }
            } catch (WakeupException e) {
                // another variant is followed, other partitions are owned, or it closes
            }
        }
    }

    private static void rest() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Brings what is assigned to what is wanted: each variant that is followed on each partition that is read. */
    private void settle(Consumer<byte[], byte[]> consumer) {
        Set<Integer> current = owned.isEmpty() ? usable : owned;
        Set<Integer> wanted = new HashSet<>(current);
        wanted.addAll(lingering(current));
        drop(consumer, wanted);
        Map<String, CompletableFuture<Void>> variants = healthy();
        if (!wanted.isEmpty()) {
            variants.forEach((variant, ready) -> settle(consumer, variant, wanted, ready));
        }
        variants.keySet()
                .retainAll(healthy().keySet()); // who is followed only now is not judged before it had its turn
        Set<Integer> settled = new HashSet<>(wanted);
        settled.removeIf(partition -> !consumer.assignment().containsAll(topics(variants.keySet(), partition)));
        reading = Set.copyOf(settled);
        settled.retainAll(current);
        usable = Set.copyOf(settled);
        if (!wanted.isEmpty()) { // not before: who waited for it looks where its frames may be sent
            variants.values().forEach(ready -> ready.complete(null));
        }
    }

    /** It is not followed until somebody follows it again. */
    private void fail(String variant, CompletableFuture<Void> ready, KafkaException e) {
        LOG.warnf("frames cannot be read variant=%s cause=\"%s\"", variant, e.getMessage());
        synchronized (followed) {
            if (!ready.completeExceptionally(e)) { // they were read elsewhere before
                followed.put(variant, CompletableFuture.failedFuture(e));
            }
        }
    }

    private Map<String, CompletableFuture<Void>> healthy() {
        synchronized (followed) {
            Map<String, CompletableFuture<Void>> variants = new LinkedHashMap<>(followed);
            variants.values().removeIf(CompletableFuture::isCompletedExceptionally);
            return variants;
        }
    }

    private static List<TopicPartition> topics(Set<String> variants, int partition) {
        return variants.stream()
                .map(variant -> new TopicPartition(Topics.frames(variant), partition))
                .toList();
    }

    /** What is read but not current any more, for as long as frames that were asked for there may come. */
    private Set<Integer> lingering(Set<Integer> current) {
        long now = System.nanoTime();
        lost.keySet().removeAll(current);
        for (int partition : reading) {
            if (!current.contains(partition)) {
                lost.putIfAbsent(partition, now);
            }
        }
        lost.values().removeIf(since -> now - since > LINGER_NANOS);
        return lost.keySet();
    }

    private static void drop(Consumer<byte[], byte[]> consumer, Set<Integer> wanted) {
        Set<TopicPartition> left = new HashSet<>(consumer.assignment());
        if (left.removeIf(one -> !wanted.contains(one.partition()))) {
            consumer.assign(left);
        }
    }

    private void settle(
            Consumer<byte[], byte[]> consumer, String variant, Set<Integer> wanted, CompletableFuture<Void> ready) {
        Set<TopicPartition> before = consumer.assignment();
        List<TopicPartition> fresh = wanted.stream()
                .map(partition -> new TopicPartition(Topics.frames(variant), partition))
                .filter(one -> !before.contains(one))
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        Set<TopicPartition> all = new HashSet<>(before);
        all.addAll(fresh);
        boolean done = false;
        try {
            consumer.assign(all);
            consumer.seekToEnd(fresh);
            for (TopicPartition partition : fresh) { // finds where the end is, before any latent is sent
                consumer.position(partition, SETTLE);
            }
            done = true;
            loop.beat();
            LOG.infof("reads frames variant=%s partitions=%s", variant, wanted);
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (KafkaException e) { // the other variants' frames must go on
            fail(variant, ready, e);
        } finally {
            if (!done) {
                consumer.assign(before);
            }
        }
    }

    static void accept(ConsumerRecord<byte[], byte[]> record, Sink sink, RecordSeal seal) {
        String stream = WireHeaders.text(record.headers(), WireHeaders.STREAM)
                .orElseGet(() -> record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8));
        if (!sink.wants(stream)) {
            return; // it ended, or it is another kind of viewer's
        }
        Optional<String> otherVersion = WireHeaders.otherVersion(record.headers());
        if (otherVersion.isPresent()) {
            sink.refuse(record, "wrong-version", otherVersion.get());
            return;
        }
        if (record.value() == null || record.value().length == 0) {
            sink.refuse(record, "empty", "the record has no bytes, it wants a styleinv.v1.Frame");
            return;
        }
        Optional<String> forged = seal.complaint(record);
        if (forged.isPresent()) {
            sink.refuse(record, "not-sealed", forged.get());
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
            String complaint = sink.frame(frame, record.topic(), record.timestamp());
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
