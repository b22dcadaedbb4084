package org.styleinv.trainer.metric;

import java.util.List;

/**
 * A figure of a model: one line of {@code evaluate --json}.
 *
 * @param metric its name, with its unit where it has one
 * @param value mean over the samples
 * @param std standard deviation over the samples
 * @param protocol how it was taken, in words
 */
public record Statistic(String metric, double value, double std, String protocol) {

    public static Statistic of(String metric, String protocol, List<Double> samples) {
        double mean = samples.stream().mapToDouble(x -> x).average().orElse(Double.NaN);
        double variance = samples.stream()
                .mapToDouble(x -> (x - mean) * (x - mean))
                .average()
                .orElse(Double.NaN);
        return new Statistic(metric, mean, Math.sqrt(variance), protocol);
    }
}
