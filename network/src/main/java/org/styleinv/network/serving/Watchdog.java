package org.styleinv.network.serving;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The watchdog of one loop: how long it has been at one thing. A loop that waits for work is at nothing. */
public final class Watchdog {
    private static final int PATIENCE = 4; // times as long as it usually takes
    private static final double FADING = 0.95;

    private final String what;
    private volatile long since;
    private volatile long usual =
            TimeUnit.SECONDS.toNanos(15); // the longest of late; at first a guess for a large model

    /** @param what the loop does, as in "the engine has been at one batch" */
    public Watchdog(String what) {
        this.what = what;
    }

    /** Something to do was begun. */
    public void begin() {
        since = Math.max(1, System.nanoTime());
    }

    /** It is done. */
    public void end() {
        long began = since;
        if (began != 0) {
            usual = Math.max(System.nanoTime() - began, (long) (usual * FADING));
        }
        since = 0;
    }

    /**
     * Whether it has been at one thing so much longer than at any of late that nobody should wait for it; a large model on a
     * slow machine is not taken for one that hangs.
     *
     * @param least not before this
     */
    public boolean hangs(Duration least) {
        long began = since;
        return began != 0 && System.nanoTime() - began > Math.max(least.toNanos(), PATIENCE * usual);
    }

    /** What the loop has been at for longer than {@code limit}. */
    public Optional<String> stuck(Duration limit) {
        long began = since;
        long busy = began == 0 ? 0 : System.nanoTime() - began;
        return busy > limit.toNanos()
                ? Optional.of(what + " for " + TimeUnit.NANOSECONDS.toSeconds(busy) + " s")
                : Optional.empty();
    }
}
