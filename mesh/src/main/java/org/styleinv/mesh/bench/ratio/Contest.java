package org.styleinv.mesh.bench.ratio;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.styleinv.mesh.bench.Rounds;

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

    /** Work of some kind. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /**
     * Our time over the baseline's: the median of the rounds, after one that does not count.
     *
     * @param leastMs of processor time that a turn takes, by repeating the work
     */
    default double ratio(int rounds, double leastMs) throws Exception {
        Allocator.keep();
        var ratios = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            double ours = turn(this::ours, leastMs);
            double theirs = turn(this::baseline, leastMs);
            if (round >= 0) {
                ratios[round] = ours / theirs;
            }
        }
        return Rounds.median(ratios);
    }

    private static double turn(Work work, double leastMs) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long spent;
        int runs = 0;
        do {
            work.run();
            runs++;
            spent = threads.getCurrentThreadCpuTime() - start;
        } while (spent < leastMs * 1e6);
        return (double) spent / runs;
    }
}
