package org.styleinv.mesh.fault.watch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.styleinv.client.KafkaFrames;
import org.styleinv.mesh.fault.watch.History.Sighting;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Frame;
import org.styleinv.proto.wire.Topics;

/** Watches all broadcasts straight from Kafka, on a thread of its own, and writes down what it sees and when. */
public final class BroadcastViewer implements AutoCloseable {
    private final KafkaFrames frames;
    private final List<Sighting> seen = new ArrayList<>(); // guarded by this
    private final Thread thread = new Thread(this::read, "broadcast-viewer");
    private volatile boolean closed;

    /** @param security what Kafka's clients are given to come in */
    public BroadcastViewer(String bootstrapServers, Map<String, String> security) {
        frames = KafkaFrames.open(bootstrapServers, List.of(Topics.BASE), false, security);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (frames) {
            while (!closed) {
                for (Frame frame : frames.poll(Duration.ofMillis(100))) {
                    see(frame, System.nanoTime());
                }
            }
        }
    }

    private void see(Frame frame, long nanos) {
        var sighting = new Sighting(
                frame.getStream(),
                frame.getIndex(),
                frame.getVariant(),
                frame.getModel(),
                Pixels.of(frame.getImage()).sha256(),
                nanos);
        synchronized (this) {
            seen.add(sighting);
            notifyAll();
        }
    }

    /** What was seen of a stream so far, in order of arrival. */
    public synchronized List<Sighting> of(String stream) {
        return seen.stream().filter(frame -> frame.stream().equals(stream)).toList();
    }

    /** Waits for so many different frames of a stream more; false if they did not come in time. */
    public boolean awaitMore(String stream, int count, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        int enough = different(stream) + count;
        synchronized (this) {
            while (different(stream) < enough) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
        }
        return true;
    }

    private int different(String stream) {
        var indexes = new TreeSet<Long>();
        of(stream).forEach(frame -> indexes.add(frame.index()));
        return indexes.size();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        frames.wakeup();
        thread.join();
    }
}
