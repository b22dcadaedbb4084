package org.styleinv.proto.wire;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The watchdog of one loop: how long it has been at one thing. A loop that waits for work is at nothing. */
public final class Pulse {
    private final String what;
    private volatile long since;

    /** @param what the loop does, as in "the engine has been at one batch" */
    public Pulse(String what) {
        this.what = what;
    }

    /** Something to do was begun. */
    public void begin() {
        since = Math.max(1, System.nanoTime());
    }

    /** It is done. */
    public void end() {
        since = 0;
    }

    /** Why the loop counts as stuck, empty if it does not. */
    public String complaint(Duration limit) {
        long began = since;
        long busy = began == 0 ? 0 : System.nanoTime() - began;
        return busy > limit.toNanos() ? what + " for " + TimeUnit.NANOSECONDS.toSeconds(busy) + " s" : "";
    }
}
