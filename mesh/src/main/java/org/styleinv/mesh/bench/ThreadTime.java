package org.styleinv.mesh.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The processor's time of the calling thread, from which what else runs on the machine takes nothing but caches. What other threads do for it,
 * the collector or further compute threads, is not in it.
 */
public final class ThreadTime {
    private static final double NANOS = 1e6; // in a millisecond

    private ThreadTime() {}

    /** Work of some kind. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /** Milliseconds of {@code work}: the mean of as many runs as take {@code leastMs} together. */
    public static double of(Work work, double leastMs) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long spent;
        int runs = 0;
        do {
            work.run();
            runs++;
            spent = threads.getCurrentThreadCpuTime() - start;
        } while (spent < leastMs * NANOS);
        return spent / NANOS / runs;
    }
}
