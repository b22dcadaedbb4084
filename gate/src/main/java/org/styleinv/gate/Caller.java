package org.styleinv.gate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Who has come in, and how much of its quotas is taken in this process. One for all calls with the same token. */
public final class Caller {
    /** Somebody where nobody is told apart: without limits. */
    public static final Caller ANYBODY = new Caller(System::nanoTime, new Starts());

    private static final double BURST_SECONDS = 2;
    private static final double MINUTE = 60;
    private static final double MOST_WAIT_SECONDS = 86_400; // whoever would have to wait longer is told so once a day
    private static final long STREAMS_MS = 2000;
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private final LongSupplier nanos;
    private final Starts starts;
    private final Bucket frames = new Bucket();
    private final Bucket pixels = new Bucket();
    private final Bucket uploads = new Bucket();
    private String name = "";
    private Tenant tenant = Tenant.MESH;
    private Quota quota = Quota.NONE;
    private int streams;

    /** @param starts of all tokens of its tenant */
    Caller(LongSupplier nanos, Starts starts) {
        this.nanos = nanos;
        this.starts = starts;
    }

    /** What comes in steadily up to a brim, and is taken out in pieces. Guarded by the caller's lock, as all here. */
    private final class Bucket {
        private double rate; // a second; 0 = without bound
        private double brim;
        private double room;
        private long filled;

        void now(double rate, double brim) {
            if (this.rate != rate || this.brim != brim) {
                this.rate = rate;
                this.brim = brim;
                room = brim;
                filled = nanos.getAsLong();
            }
        }

        private void fill() {
            long time = nanos.getAsLong();
            room = Math.min(brim, room + rate * (time - filled) / NANOS);
            filled = time;
        }

        /** Whether so much may be taken now; what is larger than the bucket may when that is full. */
        boolean has(double amount) {
            if (rate == 0) {
                return true;
            }
            fill();
            return room >= Math.min(amount, brim);
        }

        /** After a larger piece than the bucket it fills from below 0. */
        void take(double amount) {
            room -= amount;
        }

        /** Seconds until it has so much. */
        double secondsUntil(double amount) {
            return rate == 0 ? 0 : Math.max(0, (Math.min(amount, brim) - room) / rate);
        }
    }

    /** The file says this of it now. */
    synchronized void now(Token token) {
        name = token.name();
        tenant = token.belongs();
        quota = token.quota();
        frames.now(quota.frames(), quota.frames() * BURST_SECONDS);
        pixels.now(quota.pixels(), quota.pixels() * BURST_SECONDS);
        uploads.now(quota.uploads() / MINUTE, quota.uploads());
    }

    /**
     * Whom a call of it is for.
     *
     * @param wanted what {@link Tenant#HEADER} says, null if it is not there
     * @throws Denied if it may not act for that one
     */
    public synchronized Tenant tenant(@Nullable String wanted) throws Denied {
        return tenant.actingFor(wanted);
    }

    /**
     * Takes a place for a stream, until {@link #leave}.
     *
     * @throws Denied if it has as many as it may have, or its frames of this second are used up
     */
    public synchronized void enter() throws Denied {
        if (quota.streams() > 0 && streams >= quota.streams()) {
            throw new Denied(
                    Denied.Kind.BUSY,
                    "token " + name + " has " + quota.streams() + " streams, which is all it may have",
                    STREAMS_MS);
        }
        demand(1, 1);
        streams++;
    }

    /** A stream is over. */
    public synchronized void leave() {
        streams--;
    }

    /**
     * Counts frames.
     *
     * @param pixels in all of them
     * @throws Denied if they are too many now; none of them counts
     */
    public synchronized void take(int count, long pixels) throws Denied {
        demand(count, pixels);
        frames.take(count);
        this.pixels.take(pixels);
    }

    /**
     * Waits until a frame may come, and counts it: for answers that have begun, and can be slow but not refused.
     *
     * @param pixels in it
     * @throws InterruptedException if the thread is interrupted as it waits; the frame does not count
     */
    public void pace(long pixels) throws InterruptedException {
        while (true) {
            double seconds;
            synchronized (this) {
                if (frames.has(1) && this.pixels.has(pixels)) {
                    frames.take(1);
                    this.pixels.take(pixels);
                    return;
                }
                seconds = Math.max(frames.secondsUntil(1), this.pixels.secondsUntil(pixels));
            }
            TimeUnit.NANOSECONDS.sleep((long) Math.ceil(seconds * NANOS));
        }
    }

    /**
     * Counts a picture that was sent.
     *
     * @throws Denied if it is one too many
     */
    public synchronized void upload() throws Denied {
        if (!uploads.has(1)) {
            throw busy("pictures a minute", quota.uploads(), uploads.secondsUntil(1));
        }
        uploads.take(1);
    }

    /** Broadcasts of one tenant that are being started in this process, by whichever of its tokens. */
    static final class Starts {
        private final List<String> ids = new ArrayList<>();

        private synchronized List<String> add(String id) {
            List<String> before = List.copyOf(ids);
            ids.add(id);
            return before;
        }

        private synchronized void remove(String id) {
            ids.remove(id);
        }
    }

    /**
     * A broadcast that is being started: from before one looks which are live until it is live itself, so that of several at once
     * none is overlooked.
     */
    public final class Starting implements AutoCloseable {
        private final String id;
        private final List<String> before;

        private Starting(String id) {
            this.id = id;
            before = starts.add(id);
        }

        /**
         * Whether its tenant may have it beside the others.
         *
         * @param live ids of what the tenant has live, looked up since this began
         * @throws Denied if it has as many as it may have
         */
        public void demand(Collection<String> live) throws Denied {
            Set<String> others = new HashSet<>(live);
            others.addAll(before);
            others.remove(id);
            broadcast(others.size());
        }

        @Override
        public void close() {
            starts.remove(id);
        }
    }

    /** Begins to start a broadcast of its tenant. */
    public Starting starting(String id) {
        return new Starting(id);
    }

    private synchronized void broadcast(int others) throws Denied {
        if (quota.broadcasts() > 0 && others >= quota.broadcasts()) {
            throw new Denied(
                    Denied.Kind.BUSY,
                    "token " + name + " may have " + quota.broadcasts() + " broadcasts, and " + others
                            + " are live or about to be: stop one",
                    STREAMS_MS);
        }
    }

    /** The time to wait is until there is room for a second's worth again, so that who comes back gets more than one. */
    private void demand(double count, double area) throws Denied {
        if (!frames.has(count)) {
            throw busy(
                    "frames a second",
                    quota.frames(),
                    frames.secondsUntil(Math.max(count, Math.max(1, quota.frames()))));
        }
        if (!pixels.has(area)) {
            throw busy("pixels a second", quota.pixels(), pixels.secondsUntil(Math.max(area, quota.pixels())));
        }
    }

    private Denied busy(String what, double most, double seconds) {
        long wait = (long) Math.ceil(MILLIS * Math.min(MOST_WAIT_SECONDS, seconds));
        return new Denied(Denied.Kind.BUSY, "token " + name + " has had its " + most + " " + what, Math.max(1, wait));
    }
}
