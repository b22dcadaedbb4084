package org.styleinv.trainer.evaluate.metric;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * A figure of a model: one line of {@code evaluate --json}.
 *
 * @param metric its name, with its unit where it has one
 * @param value mean over the samples
 * @param std standard deviation over the samples
 * @param protocol how it was taken, in words: two figures can be compared where these are equal
 * @param error standard error of the value
 * @param errorOf which one
 * @param count samples
 * @param seed of everything random in it
 */
public record Statistic(
        String metric,
        double value,
        double std,
        String protocol,
        double error,
        @JsonProperty("error_of") String errorOf,
        int count,
        long seed) {
    private static final int RESAMPLES = 1000;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The mean of samples, with its standard error, of two or more; those that are not numbers do not count. */
    public static Statistic of(String metric, String protocol, List<Double> samples, long seed) {
        double[] finite = finite(samples);
        double std = std(finite);
        return new Statistic(
                metric,
                mean(finite),
                std,
                protocol,
                finite.length < 2 ? Double.NaN : std / Math.sqrt(finite.length - 1),
                finite.length < 2 ? "none: of " + finite.length + " samples" : "the mean over " + finite.length,
                finite.length,
                seed);
    }

    /**
     * The mean of {@code made} over that of {@code real}; its standard error by resampling both. Where the real ones have
     * none of it, or so few that a resample has none, there is no number.
     */
    public static Statistic ratio(String metric, String protocol, List<Double> made, List<Double> real, long seed) {
        double[] above = finite(made);
        double[] below = finite(real);
        if (mean(below) == 0) {
            return new Statistic(
                    metric,
                    Double.NaN,
                    Double.NaN,
                    protocol,
                    Double.NaN,
                    "none: what it is held against is 0",
                    above.length,
                    seed);
        }
        Statistic ratio = resampled(
                metric,
                protocol,
                mean(above) / mean(below),
                random -> mean(drawn(above, random)) / mean(drawn(below, random)),
                RESAMPLES,
                above.length,
                seed);
        boolean known = Double.isFinite(ratio.error);
        return new Statistic(
                metric,
                ratio.value,
                std(above) / mean(below),
                protocol,
                known ? ratio.error : Double.NaN,
                known ? ratio.errorOf : "none: in some resamples what it is held against is 0",
                above.length,
                seed);
    }

    /** A value whose deviation is that of {@code again} over some resamples. */
    public static Statistic resampled(
            String metric,
            String protocol,
            double value,
            ToDoubleFunction<SplittableRandom> again,
            int resamples,
            int count,
            long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[resamples];
        for (int i = 0; i < resamples; i++) {
            values[i] = again.applyAsDouble(random);
        }
        double std = std(values);
        return new Statistic(
                metric, value, std, protocol, std, "a bootstrap of " + resamples + " resamples", count, seed);
    }

    /** As a person reads it: the value with its standard error; a dash where there is no number, with the reason. */
    public String text() {
        String of = Double.isFinite(value) ? String.format(Locale.ROOT, "%9.4f", value) : "        -";
        return Double.isFinite(error)
                ? of + String.format(Locale.ROOT, " ± %.4f (std %.4f, n %d)", error, std, count)
                : of + String.format(Locale.ROOT, " (error %s; n %d)", errorOf, count);
    }

    /** A line of JSON, which has no numbers that are not finite: null stands for them. */
    public ObjectNode json() {
        ObjectNode line = JSON.valueToTree(this);
        line.properties().forEach(field -> {
            if (field.getValue().isDouble() && !Double.isFinite(field.getValue().asDouble())) {
                field.setValue(JSON.nullNode());
            }
        });
        return line;
    }

    /** As many of {@code values}, with repetition. */
    private static double[] drawn(double[] values, SplittableRandom random) {
        double[] drawn = new double[values.length];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = values[random.nextInt(values.length)];
        }
        return drawn;
    }

    private static double[] finite(List<Double> samples) {
        return samples.stream().mapToDouble(x -> x).filter(Double::isFinite).toArray();
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return values.length == 0 ? Double.NaN : sum / values.length;
    }

    private static double std(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return values.length == 0 ? Double.NaN : Math.sqrt(sum / values.length);
    }
}
