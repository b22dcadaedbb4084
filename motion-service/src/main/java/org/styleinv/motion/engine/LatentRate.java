package org.styleinv.motion.engine;

import java.util.Arrays;

/**
 * How many latents a second an engine would make in full batches, at the speed that it has now. A batch takes little longer for having more
 * in it, so what batches that were half empty gave is not what there is room for. Hence two figures: the best time of each size of a
 * batch, and by how much the last batches were slower than the best of their own sizes, since others have the cores, too.
 */
final class LatentRate {
    private static final int BATCHES = 31;
    private static final int SECONDS = 5;

    private final long[] best; // nanoseconds of a batch of so many latents; 0: none was made
    private final Recent slowness = new Recent(BATCHES, SECONDS);

    /** @param maxBatch most latents of a batch */
    LatentRate(int maxBatch) {
        best = new long[maxBatch + 1];
    }

    /** A batch of so many latents was made, which ended {@code now}. */
    synchronized void made(int latents, long nanos, long now) {
        if (latents < 1 || latents >= best.length || nanos < 1) {
            return; // only latents between two that the network makes, say
        }
        best[latents] = best[latents] == 0 ? nanos : Math.min(best[latents], nanos);
        slowness.add((double) nanos / best[latents], now);
    }

    /** Infinite where nothing is known. */
    synchronized double perSecond(long now) {
        double most = 0;
        for (int latents = 1; latents < best.length; latents++) {
            if (best[latents] > 0) {
                most = Math.max(most, latents * 1e9 / best[latents]);
            }
        }
        return most == 0
                ? Double.POSITIVE_INFINITY
                : most / slowness.quantile(0.5, now).orElse(1);
    }

    /** Another model makes them from now on. */
    synchronized void forget() {
        Arrays.fill(best, 0);
        slowness.clear();
    }
}
