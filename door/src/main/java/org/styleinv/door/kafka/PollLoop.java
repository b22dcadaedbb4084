package org.styleinv.door.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.styleinv.door.Health;
import org.styleinv.door.meter.Meters;

/**
 * A thread that reads from Kafka for as long as its service lives: an absent broker is waited for, a broken consumer is
 * replaced, and whoever asks is told when Kafka was last heard and what is wrong.
 */
public final class PollLoop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PollLoop.class);
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final long LOOK_MS = 200;
    private static final long LAG_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** What is done with a consumer: reads while {@link PollLoop#goesOn}, polling by {@link PollLoop#poll}. */
    @FunctionalInterface
    public interface Body {
        void read(Consumer<byte[], byte[]> consumer);
    }

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Runnable prepare;
    private final Body body;
    private final Supplier<Health> worker;
    private final Thread thread;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile boolean anew;
    private volatile long alive = System.nanoTime();
    private volatile boolean heard;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile long lag;
    private long lagAt = System.nanoTime(); // of the loop's thread

    /**
     * @param name      of its thread
     * @param consumers makes a fresh consumer; called again when one breaks
     * @param prepare   makes the topics; throws if the broker is away
     */
    public PollLoop(String name, Supplier<Consumer<byte[], byte[]>> consumers, Runnable prepare, Body body) {
        this(name, consumers, prepare, body, () -> Health.WELL);
    }

    /** @param worker who works on what is read: while it is in trouble nothing is read or owned */
    public PollLoop(
            String name,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Runnable prepare,
            Body body,
            Supplier<Health> worker) {
        this.worker = worker;
        this.consumers = consumers;
        this.prepare = prepare;
        this.body = body;
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                awaitAble();
                prepare.run();
                beat();
                anew = false;
                try (Consumer<byte[], byte[]> fresh = consumers.get()) {
                    consumer = fresh;
                    body.read(fresh);
                } finally {
                    consumer = null;
                }
            } catch (WakeupException | InterruptException e) {
                if (!closed) {
                    LOG.warnf("reading was interrupted and goes on loop=%s", thread.getName());
                }
            } catch (RuntimeException e) {
                if (!closed) {
                    trouble = Optional.of(root(e));
                    LOG.warnf(
                            "reading failed and is tried again in 1 s loop=%s cause=\"%s\"", thread.getName(), root(e));
                    pause();
                }
            }
        }
    }

    private void awaitAble() {
        Optional<String> why = worker.get().because();
        if (why.isEmpty()) {
            return;
        }
        LOG.warnf("reading is left to others for now loop=%s cause=\"%s\"", thread.getName(), why.get());
        try {
            while (!closed && !worker.get().isWell()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        LOG.infof("reading goes on loop=%s", thread.getName());
    }

    /** Whether a body may go on reading. */
    public boolean goesOn() {
        return !closed && !anew && worker.get().isWell();
    }

    /** Begins again with a fresh consumer: what was read before is not what the broker has now. */
    public void again() {
        anew = true;
        wakeup();
    }

    /** Hands on the records that come in {@code wait}, and looks whether the broker is there. */
    public void poll(
            Consumer<byte[], byte[]> consumer,
            Duration wait,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> accept) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
        records.forEach(accept);
        polled(consumer, !records.isEmpty());
        if (System.nanoTime() - lagAt > LAG_NANOS) { // what the last answers said, nobody is asked
            lag(consumer.assignment().stream()
                    .mapToLong(one -> consumer.currentLag(one).orElse(0))
                    .sum());
        }
    }

    /** Tells that a poll returned; asks the broker for a sign of life when there was nothing for a while. */
    public void polled(Consumer<byte[], byte[]> consumer, boolean something) {
        if (something) {
            beat();
        } else if (System.nanoTime() - alive > PROBE_NANOS) { // idle topics and an absent broker look alike to poll
            try {
                if (consumer.assignment().isEmpty()) {
                    consumer.listTopics(ANSWER);
                } else {
                    behind(consumer, consumer.endOffsets(consumer.assignment(), ANSWER));
                }
                beat();
            } catch (TimeoutException e) {
                trouble = Optional.of("the broker does not answer");
            }
        }
    }

    /** While reading rests, answers say nothing of where the partitions end. */
    private void behind(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        long behind = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            behind += Math.max(0, end.getValue() - consumer.position(end.getKey(), ANSWER));
        }
        lag(behind);
    }

    private void lag(long records) {
        lag = records;
        lagAt = System.nanoTime();
    }

    /** Records of the partitions that it has, which are written and not read yet, some 200 ms ago; 0 while it has none. */
    public long lag() {
        return consumer == null ? 0 : lag;
    }

    /** Shows how far it is behind. */
    public void meter(MeterRegistry meters) {
        Meters.gauge(
                meters,
                "styleinv.consumer.lag",
                "records of its partitions that a reader of Kafka has not read yet",
                this::lag,
                "reader",
                thread.getName());
    }

    /** The broker was heard just now. */
    public void beat() {
        alive = System.nanoTime();
        heard = true;
        trouble = Optional.empty();
    }

    /** Ends a poll at once, by a {@link WakeupException} in the body. */
    public void wakeup() {
        Consumer<byte[], byte[]> now = consumer;
        if (now != null) {
            now.wakeup();
        }
    }

    /** Whether the broker was ever heard. */
    public boolean heard() {
        return heard;
    }

    /** What went wrong since the broker was last heard. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** In trouble where it never heard the broker, or not for longer than the limit. */
    public Health health(Duration limit, Object broker) {
        String name = thread.getName();
        String because = trouble.map(what -> ": " + what).orElse("");
        if (!heard) {
            return Health.trouble(name, "Kafka at " + broker + " was not reached yet by " + name + because);
        }
        long silence = System.nanoTime() - alive;
        return silence > limit.toNanos()
                ? Health.trouble(
                        name,
                        name + " has had no word from Kafka for " + TimeUnit.NANOSECONDS.toSeconds(silence) + " s"
                                + because)
                : Health.WELL;
    }

    /** The innermost cause says most: Kafka wraps it in sentences like "failed to create". */
    private static String root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        wakeup();
        thread.join(2000);
        thread.interrupt(); // it may be waiting for a broker
        thread.join(2000);
    }
}
