package org.styleinv.trainer.evaluate.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.styleinv.trainer.evaluate.Embedder;
import org.styleinv.trainer.evaluate.Footage;
import org.styleinv.trainer.evaluate.RealClips;
import org.styleinv.trainer.evaluate.metric.PictureFigures;

/**
 * How frames differ by their index: in streams of a model, and in as many held-out clips. Lines are means, bands one standard
 * error on either side.
 *
 * @param embedder null where there is none
 */
record IndexCurves(
        Showing showing, RealClips clips, @Nullable Embedder embedder) {
    private static final int STREAMS = 8;
    private static final int PART = 16; // frames at a time
    private static final long[] FAR = {1, 3, 10, 30, 150, 1_000, 10_000, 100_000, 1_000_000};

    /** Frames from one on. */
    private interface Source {
        float[][] frames(int first, int count);
    }

    /** {@code [sources][frames - 1]}: of frame n + 1, how far it is from frame 0, and from frame n. */
    private record Ways(double[][] fromFirst, double[][] fromLast) {}

    List<Chart> charts() {
        Ways made = ways(IntStream.range(0, STREAMS)
                .mapToObj(i -> (Source) showing.stream(i)::frames)
                .toList());
        Ways real = ways(IntStream.range(0, Math.min(STREAMS, clips.count()))
                .mapToObj(i -> clips.film(i).frames())
                .map(frames -> (Source) (first, count) -> Arrays.copyOfRange(frames, first, first + count))
                .toList());
        List<Chart> charts = new ArrayList<>();
        charts.add(near("way.svg", "Difference from frame 0", made.fromFirst, real.fromFirst));
        charts.add(near("change.svg", "Difference from the frame before", made.fromLast, real.fromLast));
        charts.addAll(far());
        return charts;
    }

    private Ways ways(List<Source> sources) {
        int frames = clips.length();
        Ways ways = new Ways(new double[sources.size()][frames - 1], new double[sources.size()][frames - 1]);
        for (int s = 0; s < sources.size(); s++) {
            float[] first = sources.get(s).frames(0, 1)[0];
            float[] last = first;
            for (int from = 1; from < frames; from += PART) {
                float[][] part = sources.get(s).frames(from, Math.min(PART, frames - from));
                for (int i = 0; i < part.length; i++) {
                    ways.fromFirst[s][from - 1 + i] = PictureFigures.difference(first, part[i]);
                    ways.fromLast[s][from - 1 + i] = PictureFigures.difference(last, part[i]);
                    last = part[i];
                }
            }
        }
        return ways;
    }

    private static Chart near(String file, String title, double[][] made, double[][] real) {
        double[] indexes =
                IntStream.rangeClosed(1, made[0].length).asDoubleStream().toArray();
        return new Chart(
                file,
                title,
                "index",
                false,
                List.of(mean("streams", indexes, made), mean("held-out clips", indexes, real)));
    }

    /** Who is seen, far from the beginning; and how far two different ones are apart. */
    private List<Chart> far() {
        double[][] colours = new double[STREAMS][FAR.length];
        double[][] otherColours = new double[STREAMS][FAR.length];
        double[][] cosines = new double[STREAMS][FAR.length];
        double[][] otherCosines = new double[STREAMS][FAR.length];
        for (int s = 0; s < STREAMS; s++) {
            Footage stream = showing.stream(s);
            float[][] seen = new float[FAR.length + 2][];
            seen[0] = stream.frames(0, 1)[0];
            for (int i = 0; i < FAR.length; i++) {
                seen[i + 1] = stream.frames(FAR[i], 1)[0];
            }
            seen[FAR.length + 1] = showing.stream(s + 1).still();
            Arrays.setAll(colours[s], i -> PictureFigures.colourDistance(seen[0], seen[i + 1]));
            Arrays.fill(otherColours[s], PictureFigures.colourDistance(seen[0], seen[FAR.length + 1]));
            if (embedder != null) {
                float[][] e = embedder.embed(seen, stream.resolution());
                Arrays.setAll(cosines[s], i -> Embedder.cosine(e[0], e[i + 1]));
                Arrays.fill(otherCosines[s], Embedder.cosine(e[0], e[FAR.length + 1]));
            }
        }
        List<Chart> charts = new ArrayList<>();
        charts.add(far("colours.svg", "Distance of colours from frame 0", colours, otherColours));
        if (embedder != null) {
            charts.add(far("identity.svg", "Identity: cosine with frame 0", cosines, otherCosines));
        }
        return charts;
    }

    private static Chart far(String file, String title, double[][] same, double[][] others) {
        double[] indexes = LongStream.of(FAR).asDoubleStream().toArray();
        return new Chart(
                file,
                title,
                "index",
                true,
                List.of(mean("streams", indexes, same), mean("somebody else", indexes, others)));
    }

    /** The mean over rows, with its standard error. */
    private static Chart.Line mean(String name, double[] x, double[][] rows) {
        double[] y = new double[x.length];
        double[] error = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int at = i;
            double[] column = Arrays.stream(rows).mapToDouble(row -> row[at]).toArray();
            double mean = Arrays.stream(column).average().orElseThrow();
            double variance = Arrays.stream(column)
                    .map(value -> (value - mean) * (value - mean))
                    .average()
                    .orElseThrow();
            y[i] = mean;
            error[i] = Math.sqrt(variance / Math.max(1, column.length - 1));
        }
        return new Chart.Line(name, x, y, error);
    }
}
