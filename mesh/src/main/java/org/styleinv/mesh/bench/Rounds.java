package org.styleinv.mesh.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Measures rivals in turn, round after round, and gives the median of each: what else runs on the machine then disturbs
 * them alike, and a short disturbance disturbs none.
 */
public final class Rounds {
    /** Something to measure: runs once and returns its figure. */
    @FunctionalInterface
    public interface Rival {
        double measure() throws Exception;
    }

    private final Map<String, Rival> rivals = new LinkedHashMap<>();

    /** Adds what is measured as {@code name}, after those before it. */
    public Rounds with(String name, Rival rival) {
        rivals.put(name, rival);
        return this;
    }

    /** Each rival's median of {@code rounds} figures; a round that nobody counts goes first. */
    public Map<String, Double> medians(int rounds, IntConsumer progress) throws Exception {
        Map<String, Double> medians = new LinkedHashMap<>();
        all(rounds, progress).forEach((name, values) -> medians.put(name, median(values)));
        return medians;
    }

    /** Each rival's figures, by round; a round that nobody counts goes first. */
    public Map<String, double[]> all(int rounds, IntConsumer progress) throws Exception {
        Map<String, double[]> figures = new LinkedHashMap<>();
        rivals.keySet().forEach(name -> figures.put(name, new double[rounds]));
        for (int round = -1; round < rounds; round++) {
            for (var rival : rivals.entrySet()) {
                double figure = rival.getValue().measure();
                if (round >= 0) {
                    Objects.requireNonNull(figures.get(rival.getKey()))[round] = figure;
                }
            }
            progress.accept(round + 1);
        }
        return figures;
    }

    /** The figure of a rival that took part. */
    public static double figure(Map<String, Double> figures, String name) {
        return Objects.requireNonNull(figures.get(name), name);
    }

    /** The middle value, of an even number the mean of the two in the middle. */
    public static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The smallest value that {@code share} of {@code values} do not exceed; NaN without values. */
    public static double percentile(double[] values, double share) {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
