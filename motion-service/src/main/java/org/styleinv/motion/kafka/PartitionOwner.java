package org.styleinv.motion.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidSessionTimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.door.kafka.PollLoop;

/**
 * This replica's membership in the consumer group that shares out the partitions of a topic: each is owned by one replica at
 * a time, and by another a second after that one died. It fetches nothing; what ownership means is its user's business.
 */
public final class PartitionOwner implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PartitionOwner.class);
    private static final Duration POLL = Duration.ofMillis(50);

    /** What brokers allow if nobody told them otherwise. */
    private static final Duration USUAL = Duration.ofSeconds(6);

    private final String topic;
    private final java.util.function.Consumer<Set<Integer>> changed;
    private final PollLoop loop;
    private final Set<Integer> owned = new HashSet<>(); // of the loop's thread
    private volatile Duration session;

    /**
     * @param name of its thread
     * @param topic whose partitions are shared out
     * @param consumers makes a fresh member with a session timeout; called again when one breaks
     * @param prepare makes the topics; throws if the broker is away
     * @param worker who makes frames here: while it is in trouble nothing is owned
     * @param changed is told which partitions are owned from now on
     */
    public PartitionOwner(
            String name,
            String topic,
            Duration session,
            Function<Duration, Consumer<byte[], byte[]>> consumers,
            Runnable prepare,
            Supplier<Health> worker,
            java.util.function.Consumer<Set<Integer>> changed) {
        this.topic = topic;
        this.session = session;
        this.changed = changed;
        loop = new PollLoop(name, () -> consumers.apply(this.session), prepare, this::read, worker);
    }

    public void start() {
        loop.start();
    }

    public PollLoop loop() {
        return loop;
    }

    private void read(Consumer<byte[], byte[]> consumer) {
        try {
            consumer.subscribe(List.of(topic), new Rebalance(consumer));
            while (loop.goesOn()) {
                loop.poll(consumer, POLL, record -> {}); // what is paused gives none
            }
        } catch (InvalidSessionTimeoutException e) {
            if (session.compareTo(USUAL) >= 0) {
                throw e;
            }
            LOG.warnf(
                    "the broker allows no session of %d ms, so 6 s are used, and as long nobody owns the partitions of %s of a"
                            + " replica that died; set its group.min.session.timeout.ms to %d",
                    session.toMillis(), topic, session.toMillis());
            session = USUAL;
        } catch (WakeupException e) {
            LOG.debugf("the owner closes topic=%s", topic);
        } finally {
            owned.clear();
            tell();
        }
    }

    private void tell() {
        changed.accept(Set.copyOf(owned));
    }

    @Override
    public void close() throws InterruptedException {
        loop.close();
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;

        Rebalance(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
            owned.addAll(numbers(partitions));
            if (!partitions.isEmpty()) {
                LOG.infof("owns topic=%s partitions=%s", topic, owned);
                tell();
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            owned.removeAll(numbers(partitions));
            if (!partitions.isEmpty()) {
                LOG.infof("gives up topic=%s partitions=%s", topic, numbers(partitions));
                tell();
            }
        }

        private Set<Integer> numbers(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }
}
