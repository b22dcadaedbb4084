package org.styleinv.trainer.stage;

import java.util.EnumMap;
import java.util.Map;
import org.styleinv.trainer.state.Phase;

/** Measures the phases of one step. */
public final class PhaseClock {
    private final Map<Phase, Double> seconds = new EnumMap<>(Phase.class);

    /** Does the work of a phase. */
    public void time(Phase phase, Runnable work) {
        long start = System.nanoTime();
        work.run();
        seconds.put(phase, (System.nanoTime() - start) / 1e9);
    }

    /** Of the phases so far. */
    public Map<Phase, Double> seconds() {
        return seconds;
    }
}
