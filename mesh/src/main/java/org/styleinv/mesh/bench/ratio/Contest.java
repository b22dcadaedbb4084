package org.styleinv.mesh.bench.ratio;

import org.styleinv.mesh.bench.Rounds;
import org.styleinv.mesh.bench.ThreadTime;

/**
 * Two ways to do the same work on the calling thread. They take turns; each turn's time is the processor's, of this thread alone, so that
 * what else runs on the machine takes nothing from either but caches.
 */
public interface Contest extends AutoCloseable {
    /** Does the work our way, once, to its end. */
    void ours() throws Exception;

    /** Does it the baseline's way. */
    void baseline() throws Exception;

    @Override
    void close();

    /**
     * Our time over the baseline's: the median of the rounds, after one that does not count.
     *
     * @param leastMs of processor time that a turn takes, by repeating the work
     */
    default double ratio(int rounds, double leastMs) throws Exception {
        Allocator.keep();
        var ratios = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            double ours = ThreadTime.of(this::ours, leastMs);
            double theirs = ThreadTime.of(this::baseline, leastMs);
            if (round >= 0) {
                ratios[round] = ours / theirs;
            }
        }
        return Rounds.median(ratios);
    }
}
