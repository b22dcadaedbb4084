package org.styleinv.studio.stream;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.studio.upstream.Mesh;
import org.styleinv.studio.upstream.Served;

/**
 * Frames by their addresses. One by itself is a stream of one frame; where a video's frames are asked for in order, by one
 * reader or several, they come out of one stream, which costs the mesh what a stream costs. Nothing is seen of it but the
 * speed: a frame is the same from wherever its stream began.
 */
@ApplicationScoped
public class Reels {
    private static final int MOST = 8; // streams for this; who reads more videos at once gets single frames
    private static final int IN_ORDER = 3; // frames one after the other, before a stream is worth it
    private static final int NEIGHBOURS = 8; // as far apart as readers that share a video ask
    private static final int TRAILS = 64; // places in videos that are remembered
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Mesh mesh;
    private final Map<Key, List<Reel>> reels = new LinkedHashMap<>();
    private final ArrayDeque<Trail> trails = new ArrayDeque<>(); // the newest first
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "studio-reels");
        thread.setDaemon(true);
        return thread;
    });

    /** A video under a model. */
    private record Key(GenerateRequest video, Served served) {}

    /** The last frame that was asked for in a place of a video, and how many in order led to it. */
    private record Trail(Key key, long last, int inOrder) {
        boolean leadsTo(Key other, long index) {
            return Math.abs(index - last) <= NEIGHBOURS && key.equals(other);
        }

        /** Readers that share a video are not in step, so a frame a little behind is neither onward nor elsewhere. */
        Trail to(long index) {
            return index > last ? new Trail(key, index, inOrder + 1) : this;
        }
    }

    Reels(Mesh mesh) {
        this.mesh = mesh;
        sweeper.scheduleWithFixedDelay(this::sweep, IDLE_NANOS, IDLE_NANOS / 2, TimeUnit.NANOSECONDS);
    }

    @PreDestroy
    void close() {
        sweeper.shutdownNow();
        sweep(reel -> true);
    }

    /**
     * A frame as the mesh paints it.
     *
     * @param request of the frame {@code first_index}, its time running forwards
     * @param served what the mesh is thought to serve; a frame may be of another model all the same
     */
    public Frame frame(GenerateRequest request, Served served) {
        Reel reel = reel(new Key(request.toBuilder().clearFirstIndex().build(), served), request);
        if (reel != null) {
            Optional<Frame> frame = reel.frame(request.getFirstIndex());
            if (frame.isPresent() && served.paints(frame.get())) {
                return frame.get();
            }
            if (frame.isPresent()) {
                reel.close(); // its stream goes on with another model, or began with one
            }
        }
        return mesh.frame(request);
    }

    private synchronized @Nullable Reel reel(Key key, GenerateRequest request) {
        long index = request.getFirstIndex();
        List<Reel> open = reels.getOrDefault(key, List.of());
        for (Reel reel : open) {
            if (reel.isNear(index)) {
                return reel;
            }
        }
        Trail trail = trail(key, index);
        boolean full = reels.values().stream().mapToInt(List::size).sum() >= MOST;
        if (trail.inOrder() < IN_ORDER || full) {
            return null;
        }
        var reel = new Reel(mesh.reel(request));
        reels.computeIfAbsent(key, any -> new ArrayList<>()).add(reel);
        return reel;
    }

    private Trail trail(Key key, long index) {
        Trail before = trails.stream()
                .filter(one -> one.leadsTo(key, index))
                .findFirst()
                .orElse(null);
        trails.remove(before);
        Trail trail = before == null ? new Trail(key, index, 1) : before.to(index);
        trails.addFirst(trail);
        if (trails.size() > TRAILS) {
            trails.removeLast();
        }
        return trail;
    }

    private void sweep() {
        sweep(reel -> reel.isOver(IDLE_NANOS));
    }

    private void sweep(Predicate<Reel> over) {
        List<Reel> gone = new ArrayList<>();
        synchronized (this) {
            reels.values().forEach(open -> open.removeIf(reel -> over.test(reel) && gone.add(reel)));
            reels.values().removeIf(List::isEmpty);
        }
        gone.forEach(Reel::close); // waits for who reads, so not under the lock
    }
}
