package org.styleinv.network.metric;

import java.util.Arrays;

/**
 * {@code exp(E KL(p(y|x) || p(y)))} over equal splits of a set. Improved Techniques for Training GANs (Salimans et al. 2016),
 * section 4.
 *
 * @param mean over the splits
 * @param std standard deviation over the splits (divided by their number)
 */
public record InceptionScore(double mean, double std) {

    /** @param probabilities softmax outputs, a row for each picture */
    public static InceptionScore of(Features probabilities, int splits) {
        int n = probabilities.rows().length;
        if (splits < 1 || n < splits) {
            throw new IllegalArgumentException("splits must be from 1 to the number of rows " + n + ", got " + splits);
        }
        double[] scores = new double[splits];
        for (int i = 0; i < splits; i++) {
            scores[i] =
                    score(new Features(Arrays.copyOfRange(probabilities.rows(), i * n / splits, (i + 1) * n / splits)));
        }
        double mean = Arrays.stream(scores).average().orElseThrow();
        double variance = Arrays.stream(scores)
                .map(score -> (score - mean) * (score - mean))
                .average()
                .orElseThrow();
        return new InceptionScore(mean, Math.sqrt(variance));
    }

    private static double score(Features split) {
        double[] marginal = split.mean();
        double divergence = 0;
        for (float[] row : split.rows()) {
            for (int i = 0; i < row.length; i++) {
                divergence += row[i] == 0 ? 0 : row[i] * (Math.log(row[i]) - Math.log(marginal[i]));
            }
        }
        return Math.exp(divergence / split.rows().length);
    }
}
