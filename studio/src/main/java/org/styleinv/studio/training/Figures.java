package org.styleinv.studio.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The figures of a run as curves.
 *
 * @param stage of its newest line; empty before the first
 * @param kimg  thousands of images seen, of each point; rising but where a run went back to a snapshot
 * @param rows  a figure of each point by name; null where a point has none
 */
public record Figures(String stage, List<Double> kimg, Map<String, List<Double>> rows) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 16 << 20; // from the end; 50,000 lines
    private static final int MOST_POINTS = 1000; // more than a screen has pixels for
    private static final int MOST_ROWS = 64;
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
    private static final Set<String> NO_CURVE = Set.of("kimg", "stage");

    /** One line. */
    private record Point(String stage, double kimg, Map<String, Double> figures) {}

    static Figures read(Path file) throws IOException {
        List<Point> points = new ArrayList<>();
        for (String line : tail(file).split("\n")) {
            point(line, points);
        }
        Set<String> names = new LinkedHashSet<>();
        List<Point> kept = thinned(points);
        kept.forEach(point -> names.addAll(point.figures().keySet()));
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        names.stream()
                .limit(MOST_ROWS)
                .forEach(name -> rows.put(
                        name,
                        new ArrayList<>(kept.stream()
                                .map(point -> point.figures().get(name))
                                .toList())));
        return new Figures(
                points.isEmpty() ? "" : points.get(points.size() - 1).stage(),
                kept.stream().map(Point::kimg).toList(),
                rows);
    }

    private static String tail(Path file) throws IOException {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            long length = in.length();
            byte[] bytes = new byte[(int) Math.min(MOST_BYTES, length)];
            in.seek(length - bytes.length);
            in.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Lines that a kill or the bound has cut off are no points. */
    private static void point(String line, List<Point> points) {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return;
        }
        if (json == null || !json.path("kimg").isNumber()) {
            return;
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        json.fields().forEachRemaining(field -> put(figures, field.getKey(), field.getValue()));
        json.path("measures")
                .forEach(measure -> put(figures, measure.path("metric").asText(), measure.path("value")));
        points.add(new Point(json.path("stage").asText(), json.get("kimg").asDouble(), figures));
    }

    private static void put(Map<String, Double> figures, String name, JsonNode value) {
        if (value.isNumber()
                && Double.isFinite(value.asDouble())
                && NAME.matcher(name).matches()
                && !NO_CURVE.contains(name)) {
            figures.put(name, value.asDouble());
        }
    }

    /** Each so many points one, and the last; those with other figures than the one before are all kept: measures are rare. */
    private static List<Point> thinned(List<Point> points) {
        int each = 1 + points.size() / MOST_POINTS;
        List<Point> kept = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            boolean rare =
                    each > 1 && !points.get(i).figures().containsKey("sec_per_kimg") && kept.size() < 2 * MOST_POINTS;
            if (i % each == 0 || i == points.size() - 1 || rare) {
                kept.add(points.get(i));
            }
        }
        return kept;
    }
}
