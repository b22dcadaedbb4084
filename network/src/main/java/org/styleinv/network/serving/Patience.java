package org.styleinv.network.serving;

import java.time.Duration;

/** How long a trouble may last before it is given up on. */
public final class Patience {
    private final Duration limit;
    private long since; // of the trouble; 0 where there is none

    public Patience(Duration limit) {
        this.limit = limit;
    }

    /** Whether there is patience left with what is wrong now; empty is nothing. Asked now and then. */
    public synchronized boolean with(String trouble) {
        if (trouble.isEmpty()) {
            since = 0;
            return true;
        }
        long now = System.nanoTime();
        since = since == 0 ? Math.max(1, now) : since;
        return now - since <= limit.toNanos();
    }
}
