package org.styleinv.trainer.evaluate.film;

import java.util.Arrays;

/**
 * Whether a clip comes back to what it showed. Autocorrelation by differences: {@code D(lag)}, the mean difference of frames
 * that are {@code lag} apart, is small at the period of a loop, and frames on both sides of a turning point are alike where a
 * clip goes back the way it came.
 *
 * @param loop {@code 1 - min D / median D} over lags from an eighth to half of the clip: 1 for an exact loop, or a still
 * @param bounce {@code 1 - min over turning points of (difference of mirrored frames) / (mean way from the turning point)},
 *     at least 0: 1 for a clip played forth and back, or a still
 */
record Recurrence(double loop, double bounce) {
    private static final int SIDE = 16; // motion of a head is seen at that size, noise is not

    static Recurrence of(Film film) {
        float[][] x = film.colours(Math.min(SIDE, film.resolution()));
        return new Recurrence(loop(x), bounce(x));
    }

    private static double loop(float[][] x) {
        int shortest = Math.max(2, x.length / 8);
        int longest = x.length / 2;
        if (longest < shortest) {
            return Double.NaN; // too short to tell
        }
        double[] distances = new double[longest - shortest + 1];
        for (int lag = shortest; lag <= longest; lag++) {
            double sum = 0;
            for (int n = 0; n + lag < x.length; n++) {
                sum += difference(x[n], x[n + lag]);
            }
            distances[lag - shortest] = sum / (x.length - lag);
        }
        Arrays.sort(distances);
        double median = distances[distances.length / 2];
        return median < 1e-6 ? 1 : 1 - distances[0] / median;
    }

    private static double bounce(float[][] x) {
        int reach = x.length / 4;
        if (reach < 2) {
            return Double.NaN;
        }
        double least = Double.MAX_VALUE;
        for (int turn = reach; turn + reach < x.length; turn++) {
            double mirrored = 0;
            double way = 0;
            for (int k = 1; k <= reach; k++) {
                mirrored += difference(x[turn - k], x[turn + k]);
                way += (difference(x[turn], x[turn - k]) + difference(x[turn], x[turn + k])) / 2;
            }
            least = Math.min(least, way / reach < 1e-6 ? 0 : mirrored / way);
        }
        return Math.max(0, 1 - least);
    }

    private static double difference(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }
}
