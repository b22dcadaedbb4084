package org.styleinv.mesh.bench.ratio;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether a ratio is what it was: lost is one that is more than 15 % above its spread, the upper quartile of the measurements that the
 * file was written from, as often as it is measured. Noise does not come to the same side four times by so much; a slower formulation does.
 */
public final class RatioGate {
    /** How much above the spread is a loss. */
    public static final double LOSS = 1.15;

    /** Below the spread by as much, the file is no longer true. */
    private static final double GAIN = 1 / LOSS;

    private static final int TRIES = 4;

    private RatioGate() {}

    /** Measures once more. */
    @FunctionalInterface
    public interface Measurement {
        double measure() throws Exception;
    }

    /**
     * What came out.
     *
     * @param is each measurement, the last one within the bound unless it is lost
     */
    public record Verdict(String name, Ratio was, List<Double> is) {
        /** Whether every measurement was beyond the bound. */
        public boolean lost() {
            return least() > bound(was);
        }

        /** The best of the measurements. */
        public double least() {
            return is.stream().min(Double::compare).orElseThrow();
        }

        /** What a person needs to know, as one sentence. */
        public String sentence() {
            String now = is.stream().map(Verdict::number).collect(Collectors.joining(", "));
            String before = number(was.median()) + " (" + number(was.low()) + " to " + number(was.high()) + ")";
            if (lost()) {
                return name + " has lost: its time over the baseline's was " + before + " and is " + now
                        + " in as many measurements, the bound is " + number(bound(was))
                        + "; if that is meant, measure anew with " + RatioFile.COMMAND;
            }
            return name + ": " + now + ", was " + before
                    + (least() < was.low() * GAIN
                            ? "; that is a gain, so write it down with " + RatioFile.COMMAND
                            : "");
        }

        private static String number(double value) {
            return String.format(Locale.ROOT, "%.3f", value);
        }
    }

    /** Beyond which a ratio is lost. */
    public static double bound(Ratio was) {
        return was.high() * LOSS;
    }

    /** Measures until one measurement is within the bound, four times at most. */
    public static Verdict judge(String name, Ratio was, Measurement measurement) throws Exception {
        List<Double> is = new ArrayList<>();
        double last;
        do {
            last = measurement.measure();
            is.add(last);
        } while (last > bound(was) && is.size() < TRIES);
        return new Verdict(name, was, is);
    }
}
