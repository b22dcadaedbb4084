package org.styleinv.mesh.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What one viewer saw of one stream.
 *
 * @param asked when it asked, nanoseconds of {@link System#nanoTime}
 * @param came when each frame came, in order
 * @param model digest that the frames carry
 * @param check of all pixels, in order
 */
public record Viewing(long asked, long[] came, String model, long check) {
    long first() {
        return came[0];
    }

    long last() {
        return came[came.length - 1];
    }

    /** Milliseconds from the request to the first frame. */
    double firstFrameMs() {
        return (first() - asked) / 1e6;
    }

    /** Milliseconds between neighbouring frames. */
    DoubleStream gapsMs() {
        double[] gaps = new double[came.length - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = (came[i + 1] - came[i]) / 1e6;
        }
        return Arrays.stream(gaps);
    }

    /** Frames a second of streams that ran at the same time or one after another, requests and all. */
    static double fps(List<Viewing> viewings) {
        long from = viewings.stream().mapToLong(Viewing::asked).min().orElseThrow();
        long to = viewings.stream().mapToLong(Viewing::last).max().orElseThrow();
        return viewings.stream().mapToLong(one -> one.came.length).sum() * 1e9 / (to - from);
    }

    /**
     * Slowest to fastest of streams that ran at the same time, by the frames that each got while all of them ran: 1 where
     * all got as many.
     */
    static double fairness(List<Viewing> viewings) {
        long from = viewings.stream().mapToLong(Viewing::first).max().orElseThrow();
        long to = viewings.stream().mapToLong(Viewing::last).min().orElseThrow();
        long[] counts = viewings.stream()
                .mapToLong(one -> one.between(from, to))
                .sorted()
                .toArray();
        return counts[counts.length - 1] == 0 ? Double.NaN : (double) counts[0] / counts[counts.length - 1];
    }

    private long between(long from, long to) {
        return Arrays.stream(came).filter(time -> time > from && time <= to).count();
    }
}
