package org.styleinv.mesh.fault.watch;

import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.styleinv.client.Access;
import org.styleinv.client.StreamClient;
import org.styleinv.mesh.fault.watch.History.Reading;
import org.styleinv.mesh.fault.watch.History.Sighting;
import org.styleinv.mesh.picture.Pixels;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;

/** Watches one stream on a thread of its own, as any user of the client library would, and writes down what it sees. */
public final class Viewer implements AutoCloseable {
    private final String name;
    private final String video;
    private final GenerateRequest request;
    private final List<Sighting> frames = new ArrayList<>(); // guarded by this, like the rest
    private final long start = System.nanoTime();
    private final Thread thread;
    private final StreamClient client;
    private String trouble = "";
    private long enough = Long.MAX_VALUE;
    private boolean done;

    public Viewer(
            String name,
            String video,
            List<String> addresses,
            Access access,
            GenerateRequest request,
            Duration patience) {
        this.name = name;
        this.video = video;
        this.request = request;
        client = StreamClient.connect(
                addresses, new StreamClient.Settings(32, Duration.ofSeconds(20), patience, patience), access);
        thread = new Thread(this::watch, "viewer-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try (var stream = client.stream(request)) {
            while (wantsMore() && stream.hasNext()) {
                see(stream.next());
            }
        } catch (StatusRuntimeException | IllegalArgumentException e) {
            synchronized (this) {
                trouble = String.valueOf(e.getMessage());
            }
        } finally {
            synchronized (this) {
                done = true;
                notifyAll();
            }
        }
    }

    private synchronized boolean wantsMore() {
        return frames.size() < enough;
    }

    private void see(Frame frame) {
        var sighting = new Sighting(
                frame.getStream(),
                frame.getIndex(),
                frame.getVariant(),
                History.label(frame),
                Pixels.of(frame.getImage()).sha256(),
                System.nanoTime());
        synchronized (this) {
            frames.add(sighting);
            notifyAll();
        }
    }

    /** Waits until so many frames were seen or the stream is over; false if neither happened in time. */
    public boolean await(int count, Duration limit) throws InterruptedException {
        return until(() -> frames.size() >= count, limit);
    }

    /** Waits until so many frames more were seen under a label or the stream is over; false if neither happened in time. */
    public boolean awaitMore(String model, int count, Duration limit) throws InterruptedException {
        long enough = seen(model) + count;
        return until(() -> seen(model) >= enough, limit) && seen(model) >= enough; // its stream may have ended before
    }

    private synchronized boolean until(BooleanSupplier met, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!met.getAsBoolean() && !done) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private synchronized long seen(String model) {
        return frames.stream().filter(frame -> frame.model().equals(model)).count();
    }

    public String name() {
        return name;
    }

    /** Leaves after so many frames more. */
    public synchronized void leaveAfter(int more) {
        enough = frames.size() + (long) more;
    }

    public synchronized int seen() {
        return frames.size();
    }

    /** Seconds from its start to its first frame. */
    public synchronized double firstFrame() {
        return frames.isEmpty() ? Double.POSITIVE_INFINITY : (frames.get(0).nanos() - start) / 1e9;
    }

    /** The longest pause between two frames, in seconds, of those that ended after {@code moment}. */
    public synchronized double longestPause(long moment) {
        long longest = 0;
        for (int i = 1; i < frames.size(); i++) {
            if (frames.get(i).nanos() > moment) {
                longest = Math.max(
                        longest, frames.get(i).nanos() - frames.get(i - 1).nanos());
            }
        }
        return longest / 1e9;
    }

    public synchronized Reading reading() {
        long count = Math.min(enough, request.getFrameCount());
        String ending = done ? trouble : "it still waits";
        return new Reading(name, video, request.getFirstIndex(), 1, count, List.copyOf(frames), ending);
    }

    @Override
    public void close() {
        client.close();
        thread.interrupt();
    }
}
