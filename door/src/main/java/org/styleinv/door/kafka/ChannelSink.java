package org.styleinv.door.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jspecify.annotations.Nullable;
import org.styleinv.door.Health;

/**
 * A channel of SmallRye Reactive Messaging. It sends on a thread of its own, so that nobody waits for a broker that is
 * away; what waits there is bounded in bytes, since a channel counts records, which are of 2 kB or of 200.
 */
public final class ChannelSink implements RecordSink {
    /** Records that wait in a channel at most; {@link #ROOM} is the bound that is met first. */
    public static final long BUFFER = 1 << 16;

    /** As much as a producer of Kafka's buffers, in KiB. */
    private static final int ROOM = 32 << 10;

    private final String name;
    private final Emitter<ProducerRecord<byte[], byte[]>> channel;
    private final Duration patience;
    private final Semaphore room = new Semaphore(ROOM);
    private int unsettled; // guarded by this
    private long lastSettled;

    /**
     * @param name     of the channel
     * @param patience how long {@link #send} waits for room
     */
    public ChannelSink(String name, Emitter<ProducerRecord<byte[], byte[]>> channel, Duration patience) {
        this.name = name;
        this.channel = channel;
        this.patience = patience;
    }

    @Override
    public void send(ProducerRecord<byte[], byte[]> record, Consumer<Throwable> settled) {
        int size = Math.min(ROOM, record.value() == null ? 1 : 1 + (record.value().length >> 10));
        try {
            if (!room.tryAcquire(size, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                settled.accept(new TimeoutException("records wait for the broker, and there is no room for more"));
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            settled.accept(e);
            return;
        }
        begin();
        try {
            channel.send(Message.of(record, () -> end(size, null, settled), failure -> end(size, failure, settled)));
        } catch (IllegalStateException e) { // the channel has ended, with the application
            end(size, e, settled);
        }
    }

    private synchronized void begin() {
        if (unsettled++ == 0) {
            lastSettled = System.nanoTime();
        }
    }

    private CompletionStage<Void> end(int size, @Nullable Throwable failure, Consumer<Throwable> settled) {
        synchronized (this) {
            unsettled--;
            lastSettled = System.nanoTime();
        }
        room.release(size);
        settled.accept(failure);
        return CompletableFuture.completedFuture(null);
    }

    /** In trouble where records wait, and for {@code bound} none was taken or refused. */
    public synchronized Health health(Duration bound) {
        long waited = System.nanoTime() - lastSettled;
        return unsettled > 0 && waited > bound.toNanos()
                ? Health.trouble(
                        name,
                        name + " has waited for Kafka with " + unsettled + " records for "
                                + TimeUnit.NANOSECONDS.toSeconds(waited) + " s")
                : Health.WELL;
    }
}
