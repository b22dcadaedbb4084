package org.styleinv.network.metric;

/**
 * Kernel distance: the unbiased squared maximum mean discrepancy under the kernel {@code (x.y / d + 1)³}. KID of Inception's
 * features. Demystifying MMD GANs (Binkowski et al. 2018), section 4.
 */
public final class KernelDistance {
    private KernelDistance() {}

    /** The distance of two sets of as many rows; published tables show a thousand times it. */
    public static double between(Features a, Features b) {
        int n = a.rows().length;
        if (n < 2 || n != b.rows().length || a.dimension() != b.dimension()) {
            throw new IllegalArgumentException("two sets of as many rows, at least 2, are wanted; got " + n
                    + " rows of " + a.dimension() + " and " + b.rows().length + " of " + b.dimension());
        }
        double within = 0;
        double across = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (i != j) {
                    within += kernel(a.rows()[i], a.rows()[j]) + kernel(b.rows()[i], b.rows()[j]);
                }
                across += kernel(a.rows()[i], b.rows()[j]);
            }
        }
        return within / n / (n - 1) - 2 * across / n / n;
    }

    private static double kernel(float[] x, float[] y) {
        double product = 0;
        for (int i = 0; i < x.length; i++) {
            product += (double) x[i] * y[i];
        }
        double base = product / x.length + 1;
        return base * base * base;
    }
}
