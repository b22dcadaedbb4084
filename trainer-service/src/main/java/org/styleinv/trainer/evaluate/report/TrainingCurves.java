package org.styleinv.trainer.evaluate.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.styleinv.network.file.FileRefused;
import org.styleinv.trainer.state.Phase;

/** How the figures of a run moved: {@code stats.jsonl}, losses of ticks and measures of snapshots. */
final class TrainingCurves {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATS = "stats.jsonl";
    private static final int POINTS = 150; // more would be drawn over each other
    private static final Set<String> NO_FIGURES = Set.of("kimg", "sec_per_kimg", "rss_mb", "eta_s");

    private TrainingCurves() {}

    /** A value at a time. */
    private record Point(double kimg, double value, double error) {}

    /** @throws FileRefused where {@code run} has no figures */
    static List<Chart> of(Path run) throws IOException {
        List<JsonNode> lines = lines(run);
        String stage = lines.get(lines.size() - 1).path("stage").asText();
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        for (JsonNode line : lines) {
            double kimg = line.get("kimg").asDouble();
            line.properties().forEach(entry -> {
                if (entry.getValue().isNumber()
                        && !NO_FIGURES.contains(entry.getKey())
                        && Phase.of(entry.getKey()).isEmpty()) {
                    add(curves, entry.getKey(), new Point(kimg, entry.getValue().asDouble(), 0));
                }
            });
            for (JsonNode figure : line.path("measures")) {
                double value = figure.path("value").asDouble(Double.NaN);
                add(
                        curves,
                        figure.path("metric").asText(),
                        new Point(kimg, value, figure.path("error").asDouble(0)));
            }
        }
        List<Chart> charts = new ArrayList<>();
        curves.forEach((name, points) ->
                charts.add(new Chart(file(run, name), stage + ": " + name, "kimg", false, List.of(line(points)))));
        return charts;
    }

    private static String file(Path run, String name) {
        return "training-" + run.toAbsolutePath().getFileName() + "-" + name.replace('_', '-') + ".svg";
    }

    private static void add(Map<String, List<Point>> curves, String name, Point point) {
        curves.computeIfAbsent(name, key -> new ArrayList<>()).add(point);
    }

    /** Whole lines; where a run was killed and went on from a snapshot before, what it did again counts. */
    private static List<JsonNode> lines(Path run) throws IOException {
        Path file = run.resolve(STATS);
        if (!Files.isRegularFile(file)) {
            throw new FileRefused(file + " is missing: --training names folders of runs of `styleinv train`");
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String text : Files.readAllLines(file)) {
            try {
                JsonNode line = JSON.readTree(text);
                if (line.path("kimg").isNumber()) {
                    lines.removeIf(before ->
                            before.get("kimg").asDouble() > line.get("kimg").asDouble());
                    lines.add(line);
                }
            } catch (JsonProcessingException e) {
                continue; // a line that a kill cut off
            }
        }
        if (lines.isEmpty()) {
            throw new FileRefused(file + " has no line of figures: is " + run + " a run of `styleinv train`?");
        }
        return lines;
    }

    /** Thinned by means. */
    private static Chart.Line line(List<Point> points) {
        if (points.size() == 1) { // drawn as a dot
            return line(List.of(points.get(0), points.get(0)));
        }
        int size = (points.size() + POINTS - 1) / POINTS;
        int count = (points.size() + size - 1) / size;
        double[] x = new double[count];
        double[] y = new double[count];
        double[] error = new double[count];
        for (int i = 0; i < count; i++) {
            List<Point> some = points.subList(i * size, Math.min(points.size(), (i + 1) * size));
            x[i] = some.stream().mapToDouble(Point::kimg).average().orElseThrow();
            y[i] = some.stream().mapToDouble(Point::value).average().orElseThrow();
            error[i] = some.stream().mapToDouble(Point::error).average().orElseThrow();
        }
        return new Chart.Line("", x, y, error);
    }
}
