package org.styleinv.studio.stream;

import io.grpc.StatusRuntimeException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Broadcast;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.wire.FrameRange;
import org.styleinv.studio.problem.Problem;

/**
 * A broadcast as this studio shows it: one stream of the mesh for all who watch. Each viewer gets the newest frame when it
 * has room for one, so a slow one skips and keeps nobody up.
 *
 * <p>The thread of the airing takes frames from the mesh; it ends when the last viewer has left, or the broadcast has.
 */
final class Airing {
    private static final Logger LOG = Logger.getLogger(Airing.class);
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Broadcast broadcast;
    private int viewers = 1;
    private @Nullable Frame newest; // before the first
    private long shown; // frames, until now
    private @Nullable RuntimeException failure;
    private boolean ended;
    private @Nullable Thread thread; // once it runs

    Airing(Broadcast broadcast) {
        this.broadcast = broadcast;
    }

    /** What the mesh is asked for, to be where the clock is; empty if it has run back to its beginning. */
    static Optional<GenerateRequest> request(Broadcast broadcast, long nowMs) {
        GenerateRequest request = broadcast.getRequest();
        FrameRange range = range(broadcast);
        long place = place(broadcast, nowMs);
        return place >= range.total()
                ? Optional.empty()
                : Optional.of(request.toBuilder()
                        .setFirstIndex(range.index(place))
                        .setFrameCount(range.total() - place)
                        .build());
    }

    /** The frames of a broadcast, from the first that it ever had. */
    static FrameRange range(Broadcast broadcast) {
        GenerateRequest request = broadcast.getRequest();
        return FrameRange.of(
                request.getFirstIndex(),
                request.getFrameCount(),
                request.getFps(),
                request.hasTimeStep() ? request.getTimeStep() : 1);
    }

    /** The place of the frame that is shown at a time. */
    static long place(Broadcast broadcast, long nowMs) {
        return (long) Math.max(
                0,
                Math.floor((nowMs - broadcast.getStartMs())
                        / 1000.0
                        * range(broadcast).fps()));
    }

    /** Whether this still shows {@code other}. */
    boolean shows(Broadcast other) {
        return other.getTenant().equals(broadcast.getTenant())
                && other.getDigest().equals(broadcast.getDigest())
                && other.getStartMs() == broadcast.getStartMs();
    }

    /** One more viewer; false if this has ended. */
    synchronized boolean join() {
        if (ended) {
            return false;
        }
        viewers++;
        return true;
    }

    /** One viewer less. */
    synchronized void leave() {
        viewers--;
        if (viewers == 0) {
            end(null);
        }
    }

    /** Takes frames until the end; for the airing's own thread. */
    void run(Screening.Frames frames, Supplier<Boolean> live) {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        try (frames) {
            long asked = System.nanoTime();
            while (!over() && frames.hasNext()) {
                show(frames.next());
                if (System.nanoTime() - asked > ASK_AGAIN_NANOS) {
                    asked = System.nanoTime();
                    if (!live.get()) {
                        break;
                    }
                }
            }
            end(null);
        } catch (RuntimeException e) {
            if (!over()) {
                LOG.infof(
                        "a broadcast is not shown any more broadcast=%s because=%s", broadcast.getId(), e.getMessage());
            }
            end(e);
        }
    }

    private synchronized boolean over() {
        return ended;
    }

    private synchronized void show(Frame frame) {
        newest = frame;
        shown++;
        notifyAll();
    }

    /** Ends without a frame. */
    synchronized void end(@Nullable RuntimeException why) {
        if (!ended) {
            ended = true;
            failure = why;
            if (thread != null && thread != Thread.currentThread()) {
                thread.interrupt();
            }
            notifyAll();
        }
    }

    /** The newest frame, once there is another than the {@code seen}th; empty at the end. */
    private synchronized Optional<Sight> after(long seen) {
        while (shown == seen && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Problem.away("the viewer has left");
            }
        }
        if (shown == seen && failure instanceof StatusRuntimeException refusal) {
            throw refusal;
        }
        return shown == seen ? Optional.empty() : Optional.of(new Sight(shown, Objects.requireNonNull(newest)));
    }

    /** What is on the screen: how many frames have been there with this one. */
    private record Sight(long number, Frame frame) {}

    /** What a viewer who has {@link #join}ed sees. */
    Screening.Frames seat() {
        return new Screening.Frames() {
            private long seen;
            private Optional<Sight> ahead = Optional.empty();
            private boolean left;

            @Override
            public boolean hasNext() {
                if (ahead.isEmpty()) {
                    ahead = after(seen);
                }
                return ahead.isPresent();
            }

            @Override
            public Frame next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("the broadcast has ended");
                }
                Sight sight = ahead.orElseThrow();
                seen = sight.number();
                ahead = Optional.empty();
                return sight.frame();
            }

            @Override
            public void close() {
                if (!left) {
                    left = true;
                    leave();
                }
            }
        };
    }
}
