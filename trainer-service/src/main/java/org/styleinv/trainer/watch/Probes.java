package org.styleinv.trainer.watch;

import java.util.function.LongSupplier;

/** Whether a run goes on, as Kubernetes' probes ask. */
final class Probes {
    /** A step, or a snapshot with its pictures, takes less on any machine that a model is worth training on. */
    private static final long STUCK_SECONDS = 900;

    /** @param why for a person */
    record State(boolean up, String why) {}

    private final LongSupplier ended;
    private final LongSupplier seconds;
    private long seen;
    private long since;

    /**
     * @param ended steps that ended since the process began; those of a run that it goes on with do not count
     * @param seconds a clock
     */
    Probes(LongSupplier ended, LongSupplier seconds) {
        this.ended = ended;
        this.seconds = seconds;
        seen = ended.getAsLong();
        since = seconds.getAsLong();
    }

    /** Up unless no step ended for a long time; a pod that is not is started again, and goes on from its snapshot. */
    synchronized State live() {
        long now = ended.getAsLong();
        if (now != seen) {
            seen = now;
            since = seconds.getAsLong();
        }
        long still = seconds.getAsLong() - since;
        return new State(still < STUCK_SECONDS, "steps since the start: " + now + ", for " + still + " s");
    }

    /** Up from the end of the first step on. */
    State started() {
        long now = ended.getAsLong();
        return new State(now > 0, now == 0 ? "no step has ended yet" : "steps since the start: " + now);
    }
}
