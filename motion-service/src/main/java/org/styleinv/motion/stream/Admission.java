package org.styleinv.motion.stream;

import io.grpc.StatusRuntimeException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.styleinv.motion.engine.Recent;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.proto.wire.Pushback;

/**
 * How many streams a replica takes: a number that is set, and no more in real time than it can serve in time, by what it measures. Three
 * measures say that there is no room: what the engine makes at its present speed, less what streams in real time were promised; how
 * long frames take to come back, whatever makes them slow; and streams that run late already. The first stream in real time is always let in.
 */
final class Admission {
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final double PROMISED = 0.9; // of what the engine makes, at most: work comes unevenly
    private static final int TRIPS = 64; // of the last seconds, that say how long a frame takes
    private static final int TRIP_SECONDS = 2;
    private static final double QUICK =
            0.25; // of the trips: a moment's trouble makes some slow, want of room makes all slow

    private final int most;
    private final int window;
    private final DoubleSupplier rate;
    private final DoubleSupplier owed;
    private final Collection<? extends Session<?>> running;
    private final Recent trips = new Recent(TRIPS, TRIP_SECONDS); // seconds
    private int taken; // guarded by this
    private int live; // in real time; guarded by this
    private double promised; // latents a second of those; guarded by this

    /**
     * @param most    streams at a time
     * @param window  frames of a stream that are under way at a time
     * @param rate    latents a second that the engine would make now
     * @param owed    latents a second that broadcasts need
     * @param running a live view of the streams that have begun
     */
    Admission(
            int most, int window, DoubleSupplier rate, DoubleSupplier owed, Collection<? extends Session<?>> running) {
        this.owed = owed;
        this.most = most;
        this.window = window;
        this.rate = rate;
        this.running = running;
    }

    /** How many streams there are. */
    synchronized int taken() {
        return taken;
    }

    /** Latents a second that streams in real time and broadcasts need. */
    synchronized double promised() {
        return promised + owed.getAsDouble();
    }

    /** A latent came back as a frame after so long. */
    void returned(long nanos) {
        trips.add(nanos / 1e9, System.nanoTime());
    }

    /**
     * Counts one stream more, or says why there is no room for it.
     *
     * @param painted whether decoders paint its latents
     */
    Optional<StatusRuntimeException> enter(CheckedRequest request, boolean painted) {
        return overloaded() // outside of the lock: a session that ends holds its own and wants this
                ? refused("the streams of this replica run late, so there is no room for another")
                : count(request, painted);
    }

    private synchronized Optional<StatusRuntimeException> count(CheckedRequest request, boolean painted) {
        if (taken >= most) {
            return refused("all " + most + " streams of this replica are taken");
        }
        if (request.realTime()) {
            if (live > 0) {
                Optional<StatusRuntimeException> refusal = tooMuch(request, painted);
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
            live++;
            promised += request.latentsPerSecond();
        }
        taken++;
        return Optional.empty();
    }

    /** A stream that was counted is no more. */
    synchronized void leave(CheckedRequest request) {
        taken--;
        if (request.realTime()) {
            live--;
            promised = live == 0 ? 0 : promised - request.latentsPerSecond();
        }
    }

    private Optional<StatusRuntimeException> tooMuch(CheckedRequest request, boolean painted) {
        double made = rate.getAsDouble();
        double needed = promised();
        if (needed + request.latentsPerSecond() > PROMISED * made) {
            return refused(String.format(
                    Locale.ROOT,
                    "this replica makes %.0f latents a second now and promises %.0f of them; streams in real time and broadcasts need %.0f, so there is no room"
                            + " for %.0f more",
                    made,
                    PROMISED * made,
                    needed,
                    request.latentsPerSecond()));
        }
        OptionalDouble trip = trips.quantile(QUICK, System.nanoTime());
        if (painted && trip.isPresent() && trip.getAsDouble() * request.fps() > window) { // Little's law
            return refused(String.format(
                    Locale.ROOT,
                    "a frame takes %.1f s to be painted now, so a stream gets %.0f a second, and there is no room for one of %.0f",
                    trip.getAsDouble(),
                    window / trip.getAsDouble(),
                    request.fps()));
        }
        return Optional.empty();
    }

    private static Optional<StatusRuntimeException> refused(String why) {
        return Optional.of(Pushback.refusal(why));
    }

    /**
     * Whether one stream more would only make all slower: of those in real time at least half are late. What the mesh can
     * do is measured by what it does, wherever the narrow place is; one late stream among many has lost a frame, no more.
     */
    private boolean overloaded() {
        int watched = 0;
        int late = 0;
        for (Session<?> session : running) {
            if (session.live()) {
                watched++;
                late += session.late(LATE_NANOS) ? 1 : 0;
            }
        }
        return late > 0 && 2 * late >= watched;
    }
}
