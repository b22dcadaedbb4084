package org.styleinv.motion.stream;

import io.grpc.StatusRuntimeException;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.styleinv.proto.wire.Pushback;

/** How many streams a replica takes: a number that is set, and no more than it can serve in time. */
final class Admission {
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final Collection<? extends Session<?>> running;
    private final AtomicInteger taken = new AtomicInteger();

    /** @param running a live view of the streams that have begun */
    Admission(int most, Collection<? extends Session<?>> running) {
        this.most = most;
        this.running = running;
    }

    /** How many streams there are. */
    int taken() {
        return taken.get();
    }

    /** Counts one stream more, or says why there is no room for it. */
    Optional<StatusRuntimeException> enter() {
        if (overloaded()) {
            return Optional.of(
                    Pushback.refusal("the streams of this replica run late, so there is no room for another"));
        }
        if (taken.incrementAndGet() > most) {
            leave();
            return Optional.of(Pushback.refusal("all " + most + " streams of this replica are taken"));
        }
        return Optional.empty();
    }

    /** A stream that was counted is no more. */
    void leave() {
        taken.decrementAndGet();
    }

    /**
     * Whether one stream more would only make all slower: of those in real time at least half are late. What the mesh can
     * do is measured by what it does, wherever the narrow place is; one late stream among many has lost a frame, no more.
     */
    private boolean overloaded() {
        int live = 0;
        int late = 0;
        for (Session<?> session : running) {
            if (session.live()) {
                live++;
                late += session.late(LATE_NANOS) ? 1 : 0;
            }
        }
        return late > 0 && 2 * late >= live;
    }
}
