package org.styleinv.network.watermark;

/**
 * How often chance alone looks like a mark. In whatever picture was not marked with a key, the phases that the key gives its waves
 * are independent and uniform, since the key's shifts are; about the picture nothing is assumed.
 */
final class FalseAlarm {
    private static final double LEAST = 0.02;
    private static final double MOST =
            32; // sums of I0's series are exact until there; beyond it the bound is not worth more
    private static final double RATIO = 1.1;

    private FalseAlarm() {}

    /**
     * A bound of the natural logarithm of the probability that {@code sum_k length_k cos(phase_k)} is {@code sum} or more, phases being
     * independent and uniform: Chernoff's, {@code min_s prod_k I0(s length_k) exp(-s sum)}, for the mean of {@code exp(s a cos)} over a turn is
     * {@code I0(s a)}. Any s gives a bound, so some are tried.
     */
    static double ln(double sum, double[] lengths) {
        double least = 0;
        for (double s = LEAST; s <= MOST && sum > 0; s *= RATIO) {
            double bound = -s * sum;
            for (double length : lengths) {
                bound += lnI0(s * length);
            }
            least = Math.min(least, bound);
        }
        return least;
    }

    /** Modified Bessel function of the first kind, order 0, by its series (Abramowitz and Stegun 9.6.12). */
    private static double lnI0(double x) {
        double quarter = x * x / 4;
        double term = 1;
        double sum = 1;
        for (int k = 1; term > sum * 1e-17; k++) {
            term *= quarter / ((double) k * k);
            sum += term;
        }
        return Math.log(sum);
    }
}
