package org.styleinv.door.kafka;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * A thread that reads from Kafka for as long as its service lives: an absent broker is waited for, a broken consumer is
 * replaced, and whoever asks is told when Kafka was last heard and what is wrong.
 */
public final class PollLoop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(PollLoop.class);
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final long LOOK_MS = 200;

    /** What is done with a consumer: reads while {@link PollLoop#goesOn}, calling {@link PollLoop#polled} each turn. */
    @FunctionalInterface
    public interface Body {
        void read(Consumer<byte[], byte[]> consumer);
    }

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Runnable prepare;
    private final Body body;
    private final Supplier<String> hindrance;
    private final Thread thread;
    private volatile Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile boolean anew;
    private volatile long alive = System.nanoTime();
    private volatile boolean heard;
    private volatile String trouble = "";

    /**
     * @param name      of its thread
     * @param consumers makes a fresh consumer; called again when one breaks
     * @param prepare   makes the topics; throws if the broker is away
     */
    public PollLoop(String name, Supplier<Consumer<byte[], byte[]>> consumers, Runnable prepare, Body body) {
        this(name, consumers, prepare, body, () -> "");
    }

    /** @param hindrance why what is read could not be worked on now, empty if it could; meanwhile nothing is read or owned */
    public PollLoop(
            String name,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Runnable prepare,
            Body body,
            Supplier<String> hindrance) {
        this.hindrance = hindrance;
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
                    trouble = root(e);
                    LOG.warnf(
                            "reading failed and is tried again in 1 s loop=%s cause=\"%s\"", thread.getName(), trouble);
                    pause();
                }
            }
        }
    }

    private void awaitAble() {
        String why = hindrance.get();
        if (why.isEmpty()) {
            return;
        }
        LOG.warnf("reading is left to others for now loop=%s cause=\"%s\"", thread.getName(), why);
        try {
            while (!closed && !hindrance.get().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        LOG.infof("reading goes on loop=%s", thread.getName());
    }

    /** Whether a body may go on reading. */
    public boolean goesOn() {
        return !closed && !anew && hindrance.get().isEmpty();
    }

    /** Begins again with a fresh consumer: what was read before is not what the broker has now. */
    public void again() {
        anew = true;
        wakeup();
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
                    consumer.endOffsets(consumer.assignment(), ANSWER);
                }
                beat();
            } catch (TimeoutException e) {
                trouble = "the broker does not answer";
            }
        }
    }

    /** The broker was heard just now. */
    public void beat() {
        alive = System.nanoTime();
        heard = true;
        trouble = "";
    }

    /** Ends a poll at once, by a {@link WakeupException} in the body. */
    public void wakeup() {
        Consumer<byte[], byte[]> now = consumer;
        if (now != null) {
            now.wakeup();
        }
    }

    public boolean closed() {
        return closed;
    }

    /** Whether the broker was ever heard. */
    public boolean heard() {
        return heard;
    }

    /** What went wrong last, empty if nothing. */
    public String trouble() {
        return trouble;
    }

    /** Why the loop cannot do its work, empty if it can: it never heard the broker, or not for longer than the limit. */
    public String complaint(Duration limit, Object broker) {
        String because = trouble.isEmpty() ? "" : ": " + trouble;
        if (!heard) {
            return "Kafka at " + broker + " was not reached yet by " + thread.getName() + because;
        }
        long silence = System.nanoTime() - alive;
        return silence > limit.toNanos()
                ? thread.getName() + " has had no word from Kafka for " + TimeUnit.NANOSECONDS.toSeconds(silence) + " s"
                        + because
                : "";
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
