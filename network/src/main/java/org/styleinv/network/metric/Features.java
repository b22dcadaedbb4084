package org.styleinv.network.metric;

/**
 * The features of a set of pictures or videos, row by row, and their statistics in float64.
 *
 * @param rows {@code [n][d]}
 */
public record Features(float[][] rows) {
    public Features {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException("a measure wants at least one row of features, got none");
        }
        for (float[] row : rows) {
            if (row.length != rows[0].length) {
                throw new IllegalArgumentException("rows of features have " + rows[0].length + " and " + row.length
                        + " values; they want as many");
            }
        }
    }

    public int dimension() {
        return rows[0].length;
    }

    /** The first rows. */
    public Features first(int count) {
        return new Features(java.util.Arrays.copyOf(rows, Math.min(count, rows.length)));
    }

    /** {@code [d]}. */
    public double[] mean() {
        double[] mean = new double[dimension()];
        for (float[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i];
            }
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] /= rows.length;
        }
        return mean;
    }

    /** {@code [d, d]}, divided by n, not n - 1. */
    public double[] covariance() {
        int d = dimension();
        double[] mean = mean();
        double[] covariance = new double[d * d];
        double[] centred = new double[d];
        for (float[] row : rows) {
            for (int i = 0; i < d; i++) {
                centred[i] = row[i] - mean[i];
            }
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    covariance[i * d + j] += centred[i] * centred[j];
                }
            }
        }
        for (int i = 0; i < covariance.length; i++) {
            covariance[i] /= rows.length;
        }
        return covariance;
    }
}
