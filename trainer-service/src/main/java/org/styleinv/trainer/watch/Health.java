package org.styleinv.trainer.watch;

import java.util.function.LongSupplier;

/** Whether a run goes on, as Kubernetes' probes ask. */
final class Health {
    /** A step, or a snapshot with its pictures, takes less on any machine that a model is worth training on. */
    private static final long STUCK_SECONDS = 900;

    /** @param why for a person */
    record State(boolean up, String why) {}

    private final LongSupplier step;
    private final LongSupplier seconds;
    private final long first;
    private long seen;
    private long since;

    /**
     * @param step that the run is at
     * @param seconds a clock
     */
    Health(LongSupplier step, LongSupplier seconds) {
        this.step = step;
        this.seconds = seconds;
        first = step.getAsLong();
        seen = first;
        since = seconds.getAsLong();
    }

    /** Up unless no step ended for a long time; a pod that is not is started again, and goes on from its snapshot. */
    synchronized State live() {
        long now = step.getAsLong();
        if (now != seen) {
            seen = now;
            since = seconds.getAsLong();
        }
        long still = seconds.getAsLong() - since;
        return new State(still < STUCK_SECONDS, "at step " + now + " for " + still + " s");
    }

    /** Up from the first step on. */
    State started() {
        long now = step.getAsLong();
        return new State(now != first, now == first ? "no step has ended yet" : "at step " + now);
    }
}
