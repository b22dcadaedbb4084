package org.styleinv.gate;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Who has come in, and how much of its quotas is taken in this process. One for all calls with the same token. */
public final class Caller {
    /** Somebody where nobody is told apart: without limits. */
    static final Caller ANYBODY = new Caller(System::nanoTime);

    private static final double BURST_SECONDS = 2;
    private static final long STREAMS_MS = 2000;
    private static final double NANOS = 1e9;

    private final LongSupplier nanos;
    private String name = "";
    private Tenant tenant = Tenant.MESH;
    private int most;
    private double rate;
    private int streams;
    private double room; // frames that may come now
    private long filled;

    Caller(LongSupplier nanos) {
        this.nanos = nanos;
        filled = nanos.getAsLong();
    }

    /** The file says this of it now. */
    synchronized void now(Token token) {
        name = token.name();
        tenant = token.belongs();
        most = token.streams();
        if (rate != token.frames()) {
            rate = token.frames();
            room = rate * BURST_SECONDS;
            filled = nanos.getAsLong();
        }
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
        if (most > 0 && streams >= most) {
            throw new Denied(
                    Denied.Kind.BUSY,
                    "token " + name + " has " + most + " streams, which is all it may have",
                    STREAMS_MS);
        }
        fill();
        if (rate > 0 && room < 1) {
            throw tooFast();
        }
        streams++;
    }

    /** A stream is over. */
    public synchronized void leave() {
        streams--;
    }

    /**
     * Counts a frame.
     *
     * @throws Denied if it is one too many
     */
    public synchronized void frame() throws Denied {
        if (rate == 0) {
            return;
        }
        fill();
        if (room < 1) {
            throw tooFast();
        }
        room--;
    }

    /** The time after which there is room for a second's frames again. */
    private Denied tooFast() {
        long ms = Math.max(
                1, (long) Math.ceil(1000 * Math.max(1 / rate, (Math.min(rate, rate * BURST_SECONDS) - room) / rate)));
        return new Denied(Denied.Kind.BUSY, "token " + name + " has had its " + rate + " frames a second", ms);
    }

    private void fill() {
        long time = nanos.getAsLong();
        room = Math.min(rate * BURST_SECONDS, room + rate * (time - filled) / NANOS);
        filled = time;
    }
}
