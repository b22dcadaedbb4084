package org.styleinv.trainer.data.rendered;

/** Random numbers without state: each is a pure function of a seed, a channel and a position, so that any of them is found at once. */
final class Hash {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L; // 2^64 / golden ratio, the odd step of SplitMix64

    private Hash() {}

    /** A well mixed word of its three arguments: SplitMix64's finalizer, once an argument. */
    static long of(long seed, long channel, long position) {
        return mix(mix(mix(seed + GOLDEN) + channel * GOLDEN) + position * GOLDEN);
    }

    /** Uniform in [0, 1). */
    static double uniform(long seed, long channel, long position) {
        return (of(seed, channel, position) >>> 11) * 0x1p-53;
    }

    /**
     * Smooth noise in [-1, 1] without a period: a uniform cubic B-spline over one random knot per {@code spacing}
     * of {@code t}. Twice continuously differentiable; four knots are looked up, whatever {@code t} is.
     */
    static double noise(long seed, long channel, double t, double spacing) {
        double u = t / spacing;
        long k = (long) Math.floor(u);
        double f = u - k;
        double g = 1 - f;
        double sum = g * g * g * knot(seed, channel, k - 1)
                + (3 * f * f * f - 6 * f * f + 4) * knot(seed, channel, k)
                + (3 * g * g * g - 6 * g * g + 4) * knot(seed, channel, k + 1)
                + f * f * f * knot(seed, channel, k + 2);
        return sum / 6;
    }

    private static double knot(long seed, long channel, long k) {
        return 2 * uniform(seed, channel, k) - 1;
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
