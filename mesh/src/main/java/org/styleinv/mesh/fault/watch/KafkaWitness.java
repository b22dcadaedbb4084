package org.styleinv.mesh.fault.watch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.KafkaFrames;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Frame;

/** Reads the frames of all streams of some variants beside whoever else reads them, and remembers what their pixels were. */
public final class KafkaWitness implements AutoCloseable {
    private final KafkaFrames frames;
    private final Thread thread;
    private final Map<String, Map<Long, String>> hashes = new HashMap<>(); // stream -> index -> SHA-256
    private @Nullable RuntimeException failure;
    private volatile boolean closed;

    /** Starts to read; every frame from now on will be seen. */
    public KafkaWitness(String bootstrapServers, String variant) {
        this(bootstrapServers, List.of(variant), Map.of());
    }

    /** @param security what Kafka's clients are given to come in */
    public KafkaWitness(String bootstrapServers, List<String> variants, Map<String, String> security) {
        frames = KafkaFrames.open(bootstrapServers, variants, false, security);
        thread = new Thread(this::read, "styleinv-witness");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (frames) {
            while (!closed) {
                for (Frame frame : frames.poll(Duration.ofMillis(200))) {
                    remember(
                            frame.getStream(),
                            frame.getIndex(),
                            Pixels.of(frame.getImage()).sha256());
                }
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private synchronized void remember(String stream, long index, String hash) {
        String before = hashes.computeIfAbsent(stream, key -> new TreeMap<>()).put(index, hash);
        if (before != null && !before.equals(hash)) {
            fail(new IllegalStateException(
                    "frame " + index + " of stream " + stream + " came twice with different pixels"));
        }
        notifyAll();
    }

    private synchronized void fail(RuntimeException cause) {
        failure = cause;
        notifyAll();
    }

    /** The hashes of {@code stream} by index, once all of {@code indexes} are there or the time is over. */
    public synchronized Map<Long, String> await(String stream, Set<Long> indexes, Duration limit)
            throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (failure == null
                && !hashes.getOrDefault(stream, Map.of()).keySet().containsAll(indexes)) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        if (failure != null) {
            throw failure;
        }
        return Map.copyOf(hashes.getOrDefault(stream, Map.of()));
    }

    @Override
    public void close() {
        closed = true;
        frames.wakeup();
        try {
            thread.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
