package org.styleinv.mesh.bench.ratio;

import org.styleinv.mesh.bench.Figures;
import org.styleinv.mesh.bench.Rounds;

/**
 * Our time over the baseline's, below 1 where we are faster, as it came out of several measurements.
 *
 * @param median of them
 * @param low    their lower quartile
 * @param high   their upper quartile: what a measurement may well come to while nothing has changed
 */
public record Ratio(double median, double low, double high) {
    public Ratio {
        if (!(low > 0 && low <= median && median <= high && Double.isFinite(high))) {
            throw new IllegalArgumentException("a ratio needs 0 < low <= median <= high, got " + low + ", " + median
                    + " and " + high + ": measure anew with " + RatioFile.COMMAND);
        }
    }

    /** @param measurements at least one */
    public static Ratio of(double... measurements) {
        return new Ratio(
                digits(Rounds.median(measurements)),
                digits(Rounds.percentile(measurements, 0.25)),
                digits(Rounds.percentile(measurements, 0.75)));
    }

    private static double digits(double value) {
        Double rounded = Figures.rounded(value);
        if (rounded == null) {
            throw new IllegalArgumentException("a measurement came to no number: " + value);
        }
        return rounded;
    }
}
