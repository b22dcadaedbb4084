package org.styleinv.trainer.evaluate.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lines over one axis; {@code chart.svg} draws them.
 *
 * @param file its name beside the page
 * @param across what is to the right
 * @param tenfold whether that axis is logarithmic: all {@code x} are then at least 1
 */
public record Chart(String file, String title, String across, boolean tenfold, List<Line> lines) {
    /** Of the plot, in the units of {@code chart.svg}. */
    static final int WIDTH = 304;

    static final int HEIGHT = 150;
    private static final int STEPS = 4; // between marks, about
    private static final int NAME = 112; // room for the name of a line

    /**
     * One line; values that are not numbers are left out.
     *
     * @param error half of the height of a band about the line, 0 for none
     */
    public record Line(String name, double[] x, double[] y, double[] error) {
        public Line {
            if (x.length != y.length || x.length != error.length) {
                throw new IllegalArgumentException("the line " + name + " has " + x.length + " places, " + y.length
                        + " values and " + error.length + " errors");
            }
        }

        public Line(String name, double[] x, double[] y) {
            this(name, x, y, new double[x.length]);
        }

        double first() {
            return y[known().findFirst().orElseThrow()];
        }

        double last() {
            return y[known().max().orElseThrow()];
        }

        IntStream known() {
            return IntStream.range(0, y.length).filter(i -> Double.isFinite(y[i]));
        }
    }

    /** A value and its place in the plot. */
    public record Mark(double at, String label) {}

    /**
     * A line as points of SVG.
     *
     * @param from where its name begins
     */
    public record Drawn(String name, int from, String line, String band) {}

    /** Values along an axis. */
    private record Span(double low, double high) {
        static Span of(DoubleStream values) {
            double[] all = values.filter(Double::isFinite).toArray();
            double low = DoubleStream.of(all).min().orElse(0);
            double high = DoubleStream.of(all).max().orElse(1);
            double room = high > low ? 0 : Math.max(Math.abs(high), 1) / 2; // a flat line lies in the middle
            return new Span(low - room, high + room);
        }

        double share(double value) {
            return (value - low) / (high - low);
        }

        /** Round numbers, their distance 1, 2 or 5 times a power of ten. */
        List<BigDecimal> marks() {
            double wanted = (high - low) / STEPS;
            BigDecimal step = BigDecimal.ONE.scaleByPowerOfTen((int) Math.floor(Math.log10(wanted)));
            for (int factor : new int[] {5, 2}) {
                BigDecimal larger = step.multiply(BigDecimal.valueOf(factor));
                if (larger.doubleValue() <= wanted) {
                    step = larger;
                    break;
                }
            }
            List<BigDecimal> marks = new ArrayList<>();
            BigDecimal mark = BigDecimal.valueOf(low)
                    .divide(step, 0, RoundingMode.CEILING)
                    .multiply(step);
            for (; mark.doubleValue() <= high; mark = mark.add(step)) {
                marks.add(mark);
            }
            return marks;
        }
    }

    /** What a reader who sees no picture is told. */
    public String says() {
        return title + ": "
                + lines.stream()
                        .map(line -> line.known().findFirst().isEmpty()
                                ? line.name + " has no values"
                                : String.format(
                                        Locale.ROOT, "%s goes from %.4g to %.4g", line.name, line.first(), line.last()))
                        .map(String::strip)
                        .collect(Collectors.joining("; "));
    }

    /** Marks below the plot. */
    public List<Mark> below() {
        Span span = span();
        Stream<BigDecimal> marks = span.marks().stream();
        return tenfold
                ? marks.filter(power -> power.stripTrailingZeros().scale() <= 0)
                        .map(power -> new Mark(WIDTH * span.share(power.doubleValue()), power(power.intValue())))
                        .toList()
                : marks.map(mark -> new Mark(WIDTH * span.share(mark.doubleValue()), mark.toPlainString()))
                        .toList();
    }

    private static String power(int power) {
        String[] thousands = {"", "k", "M", "G"};
        return "1" + "0".repeat(power % 3) + thousands[power / 3];
    }

    /** Marks beside it. */
    public List<Mark> beside() {
        Span heights = heights();
        return heights.marks().stream()
                .map(mark -> new Mark(HEIGHT * (1 - heights.share(mark.doubleValue())), mark.toPlainString()))
                .toList();
    }

    /** The lines as they are drawn. */
    public List<Drawn> drawn() {
        return IntStream.range(0, lines.size())
                .mapToObj(n -> drawn(lines.get(n), n * NAME))
                .toList();
    }

    private Drawn drawn(Line line, int from) {
        return new Drawn(
                line.name,
                from,
                points(line.known(), line, (l, i) -> l.y[i]),
                line.known().allMatch(i -> line.error[i] == 0)
                        ? ""
                        : points(line.known(), line, (l, i) -> l.y[i] + l.error[i]) + " "
                                + points(backwards(line), line, (l, i) -> l.y[i] - l.error[i]));
    }

    private static IntStream backwards(Line line) {
        int[] known = line.known().toArray();
        return IntStream.range(0, known.length).map(i -> known[known.length - 1 - i]);
    }

    private String points(IntStream of, Line line, ToDoubleBiFunction<Line, Integer> height) {
        Span span = span();
        Span heights = heights();
        return of.mapToObj(i -> String.format(
                        Locale.ROOT,
                        "%.1f,%.1f",
                        WIDTH * span.share(place(line.x[i])),
                        HEIGHT * (1 - heights.share(height.applyAsDouble(line, i)))))
                .collect(Collectors.joining(" "));
    }

    private double place(double x) {
        return tenfold ? Math.log10(x) : x;
    }

    private Span span() {
        return Span.of(lines.stream().flatMapToDouble(line -> line.known().mapToDouble(i -> place(line.x[i]))));
    }

    private Span heights() {
        return Span.of(lines.stream().flatMapToDouble(line -> line.known()
                .mapToObj(i -> DoubleStream.of(line.y[i] - line.error[i], line.y[i] + line.error[i]))
                .flatMapToDouble(both -> both)));
    }
}
