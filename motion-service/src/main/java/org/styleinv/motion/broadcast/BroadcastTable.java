package org.styleinv.motion.broadcast;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.styleinv.door.kafka.PollLoop;
import org.styleinv.door.meter.Meters;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.identity.RecordSeal;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.proto.wire.Topics;
import org.styleinv.proto.wire.WireHeaders;

/**
 * All broadcasts of the mesh, as {@code styleinv.broadcasts} tells them: read from the beginning on a thread of its own,
 * whenever there is a new consumer. Of two records of one key the first holds until its broadcast is over, whoever wrote the
 * second; every replica sees them in the same order, so all agree. Where the mesh has keys, what no service sealed is nobody's
 * word; and a broadcast that was stopped does not come back by a record of it that somebody has kept.
 */
final class BroadcastTable implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BroadcastTable.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private static final int MOST_REFUSED = 256;
    private static final long MOST_REFUSED_BYTES = 16L << 20;
    private static final int MOST_STOPPED = 1 << 16;

    /**
     * What the topic told so far.
     *
     * @param live    by key
     * @param hidden  keys of those to write again: another record hides theirs from compaction, a key sealed it that goes, or it is of a
     *     version that is not written any more
     * @param refused the last records that were not believed, or are no broadcast
     */
    record State(Map<String, LiveBroadcast> live, Set<String> hidden, List<Refused> refused) {
        static final State EMPTY = new State(Map.of(), Set.of(), List.of());
    }

    /**
     * A record that counts for nothing.
     *
     * @param stopped what it would bring back: its end is to be written again, or compaction leaves this record alone
     * @param fresh   whether it came after this replica knew all that was there; of others somebody has told before
     */
    record Refused(
            ConsumerRecord<byte[], byte[]> record,
            String reason,
            String cause,
            Optional<LiveBroadcast> stopped,
            boolean fresh) {}

    private record Question(Map<TopicPartition, Long> ends, List<CompletableFuture<Void>> askers) {}

    private final int framePartitions;
    private final Function<GenerateRequest, CheckedRequest> checks;
    private final RecordSeal seal;
    private final int version;
    private final Runnable changed;
    private final Counter refused;
    private final PollLoop loop;
    private final Queue<CompletableFuture<Void>> asking = new ConcurrentLinkedQueue<>();
    private final Map<String, LiveBroadcast> live = new HashMap<>(); // of the loop's thread, as is what follows
    private final Set<String> hidden = new HashSet<>();
    private final Set<String> seen = new HashSet<>(); // keys of records since the last beginning
    private final Map<String, String> seals = new HashMap<>(); // names of the keys that sealed what is live
    private final Set<String> stopped = new LinkedHashSet<>(); // streams, the oldest first
    private final Deque<Refused> last = new ArrayDeque<>();
    private long lastBytes; // of those
    private boolean complete; // what is known was read to the end, so it can be shown
    private boolean news;
    private volatile State state = State.EMPTY;
    private volatile int partitions;

    /**
     * @param consumers makes a fresh consumer; called again when one breaks
     * @param prepare makes the topics; throws if the broker is away
     * @param framePartitions of each topic of frames
     * @param checks checks a request
     * @param seal what records are believed by
     * @param version of records that are written
     * @param changed is told when the state is another
     */
    BroadcastTable(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Runnable prepare,
            int framePartitions,
            Function<GenerateRequest, CheckedRequest> checks,
            RecordSeal seal,
            int version,
            Runnable changed,
            MeterRegistry meters) {
        this.framePartitions = framePartitions;
        this.checks = checks;
        this.seal = seal;
        this.version = version;
        this.changed = changed;
        refused = Meters.counter(
                meters, "styleinv.motion.broadcasts.refused", "records of broadcasts that cannot be read");
        loop = new PollLoop("motion-broadcast-table", consumers, prepare, this::read);
    }

    void start() {
        loop.start();
    }

    PollLoop loop() {
        return loop;
    }

    State state() {
        return state;
    }

    Optional<LiveBroadcast> get(String key) {
        return Optional.ofNullable(state.live().get(key));
    }

    /** How many partitions the topic has; 0 before the first answer of the broker. */
    int partitions() {
        return partitions;
    }

    /** Done once all that the topic has now is in the state. */
    CompletableFuture<Void> settle() {
        CompletableFuture<Void> asker = new CompletableFuture<>();
        asking.add(asker);
        loop.wakeup();
        return asker;
    }

    private void read(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> all = consumer.partitionsFor(Topics.BROADCASTS).stream()
                .map(part -> new TopicPartition(part.topic(), part.partition()))
                .toList();
        if (all.isEmpty()) {
            throw new IllegalStateException("the broker does not yet know of " + Topics.BROADCASTS);
        }
        consumer.assign(all);
        consumer.seekToBeginning(all);
        live.clear();
        hidden.clear();
        seen.clear();
        seals.clear();
        complete = false;
        news = true;
        partitions = all.size();
        List<Question> open = new ArrayList<>();
        try {
            read(consumer, all, open);
        } finally {
            open.forEach(question -> asking.addAll(question.askers())); // of the next consumer
        }
    }

    private void read(Consumer<byte[], byte[]> consumer, List<TopicPartition> all, List<Question> open) {
        while (loop.goesOn()) {
            try {
                asking.removeIf(CompletableFuture::isDone); // they gave up
                if (!asking.isEmpty() || !complete && open.isEmpty()) {
                    List<CompletableFuture<Void>> askers = List.copyOf(asking);
                    open.add(new Question(consumer.endOffsets(all, ANSWER), askers));
                    asking.removeAll(askers);
                }
                loop.poll(consumer, open.isEmpty() ? POLL : Duration.ofMillis(20), this::accept);
                List<Question> answered = open.stream()
                        .filter(question -> reached(consumer, question.ends()))
                        .toList();
                if (!complete && !answered.isEmpty()) {
                    complete = true;
                    rescue(state.live());
                }
                if (complete) {
                    fade();
                }
                if (complete && news) {
                    show();
                }
                answered.forEach(question -> question.askers().forEach(asker -> asker.complete(null)));
                open.removeAll(answered);
            } catch (WakeupException e) {
                // somebody asks, or closes
            } catch (TimeoutException e) {
                LOG.debugf("the broker does not say how far the broadcasts go: %s", e.getMessage());
            }
        }
    }

    /** A broadcast goes on whose record is gone without a tombstone: the topic lost it. Its owner writes it again. */
    private void rescue(Map<String, LiveBroadcast> before) {
        before.forEach((key, one) -> {
            if (!seen.contains(key)) {
                LOG.errorf("the broker has lost the record of a broadcast, it goes on and is written again id=%s", key);
                live.put(key, one);
                hidden.add(key);
            }
        });
    }

    /** A key of the seal that is not the first any more will be gone one day, and what it sealed must not go with it. */
    private void fade() {
        for (Map.Entry<String, String> one : seals.entrySet()) {
            if (live.containsKey(one.getKey()) && !seal.isFirst(one.getValue()) && hidden.add(one.getKey())) {
                news = true;
            }
        }
    }

    private static boolean reached(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey(), ANSWER) >= end.getValue());
    }

    private void show() {
        news = false;
        state = new State(Map.copyOf(live), Set.copyOf(hidden), List.copyOf(last));
        changed.run();
    }

    void accept(ConsumerRecord<byte[], byte[]> record) {
        news = true;
        String key = LiveBroadcast.key(record);
        seen.add(key);
        LiveBroadcast holds = live.get(key);
        Optional<String> forged = seal.complaint(record);
        if (forged.isPresent()) {
            refuse(record, "not-sealed", forged.get(), Optional.empty());
            return;
        }
        if (record.value() == null) {
            end(record, key, holds);
            return;
        }
        try {
            LiveBroadcast fresh = LiveBroadcast.of(record, framePartitions, checks);
            if (stopped.contains(fresh.stream().toString())) {
                refuse(record, "replayed", "its broadcast was stopped, and does not begin again", Optional.of(fresh));
            } else if (holds == null || holds.over(fresh.broadcast().getStartMs())) {
                live.put(key, fresh);
                told(key, record);
            } else if (holds.stream().equals(fresh.stream())) {
                told(key, record);
            } else {
                hidden.add(key);
            }
        } catch (IllegalArgumentException e) {
            refuse(record, "bad-broadcast", String.valueOf(e.getMessage()), Optional.empty());
        }
    }

    /** The newest record of that key is its own. */
    private void told(String key, ConsumerRecord<byte[], byte[]> record) {
        hidden.remove(key);
        if (WireHeaders.version(record.headers())
                != version) { // it stays for ever, and one day nobody may read that any more
            hidden.add(key);
        }
        RecordSeal.key(record.headers()).ifPresent(name -> seals.put(key, name));
    }

    private void refuse(
            ConsumerRecord<byte[], byte[]> record, String reason, String cause, Optional<LiveBroadcast> over) {
        refused.increment();
        LOG.warn(refusal(record, cause));
        String key = LiveBroadcast.key(record);
        if (live.containsKey(key)) {
            hidden.add(key);
        }
        if (!complete && over.isEmpty()) {
            return; // it was a dead letter when it came, and nothing is to be written because of it
        }
        last.add(new Refused(record, reason, cause, over, complete));
        lastBytes += record.serializedValueSize();
        while (last.size() > MOST_REFUSED || lastBytes > MOST_REFUSED_BYTES && last.size() > 1) {
            lastBytes -= last.remove().record().serializedValueSize();
        }
    }

    /** A line of the log, in which the record itself says no more than a status may. */
    static String refusal(ConsumerRecord<byte[], byte[]> record, String why) {
        return String.format(
                Locale.ROOT,
                "broadcast refused id=%s origin=%s-%d@%d cause=\"%s\"",
                StatusText.of(LiveBroadcast.key(record)),
                record.topic(),
                record.partition(),
                record.offset(),
                StatusText.of(why));
    }

    private void end(ConsumerRecord<byte[], byte[]> record, String key, @Nullable LiveBroadcast holds) {
        Optional<String> stream = WireHeaders.text(record.headers(), WireHeaders.STREAM);
        stream.ifPresent(this::over);
        boolean another = holds != null
                && stream.filter(one -> !one.equals(holds.stream().toString())).isPresent();
        if (another) {
            hidden.add(key); // it ends one that was before
            return;
        }
        if (holds != null) {
            over(holds.stream().toString());
        }
        live.remove(key);
        hidden.remove(key);
        seals.remove(key);
    }

    private void over(String stream) {
        stopped.add(stream);
        if (stopped.size() > MOST_STOPPED) {
            stopped.remove(stopped.iterator().next());
        }
    }

    @Override
    public void close() throws InterruptedException {
        loop.close();
    }
}
