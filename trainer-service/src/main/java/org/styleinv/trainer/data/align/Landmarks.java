package org.styleinv.trainer.data.align;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.face.FacePoints;
import org.styleinv.network.face.FacePoints.Point;
import org.styleinv.network.file.RegularFile;
import org.styleinv.trainer.data.file.DataFile;
import org.styleinv.trainer.data.find.NaturalOrder;
import org.styleinv.trainer.data.find.Source;

/**
 * Reads where the face is in each frame of a video from a file that lies beside it, of one of two forms.
 *
 * <p>JSON: {@code {"landmarks": [[[x, y], ...], null, ...]}}, a list of 5 or 68 points a frame, {@code null} where there is
 * no face; other keys are free, so what {@code dataset render} writes is such a file. CSV, as OpenFace writes it: a header
 * with {@code x_0, x_1, ... y_0, y_1, ...}, a row a frame; a row whose {@code success} is 0 or whose points are empty has no
 * face, rows of other faces than the first ({@code face_id}) are passed over.
 */
public final class Landmarks {
    private Landmarks() {}

    /** Names under which landmarks are looked for beside {@code video}, but for those in it; first to last. */
    private static List<String> beside(Source video, String ending) {
        List<String> names = new ArrayList<>(List.of(video.name() + ending));
        if (!video.folder() && !NaturalOrder.stem(video.name()).equals(video.name())) {
            names.add(NaturalOrder.stem(video.name()) + ending);
        }
        return names;
    }

    /**
     * The face of each frame of {@code video}.
     *
     * @throws IOException if there is no file, or it cannot be understood
     */
    public static List<Optional<FacePoints>> of(Source video) throws IOException {
        List<String> looked = new ArrayList<>();
        for (String ending : List.of(".json", ".csv")) {
            Optional<DataFile> found = Optional.empty();
            if (video.folder()) {
                looked.add("landmarks" + ending);
                found = video.companion(true, "landmarks" + ending);
            }
            for (String name : beside(video, ending)) {
                looked.add(name);
                found = found.isPresent() ? found : video.companion(false, name);
            }
            if (found.isPresent()) {
                return read(found.get());
            }
        }
        throw new IOException("has no landmarks to align by: put them into one of " + looked + " there");
    }

    private static List<Optional<FacePoints>> read(DataFile file) throws IOException {
        try (DataFile.Local local = file.local()) {
            return file.name().endsWith(".json") ? json(local.path()) : csv(local.path());
        } catch (IllegalArgumentException e) {
            throw new IOException(file.path() + ": " + e.getMessage(), e);
        }
    }

    private static List<Optional<FacePoints>> json(Path file) throws IOException {
        JsonNode frames;
        try {
            frames = new ObjectMapper().readTree(RegularFile.bytes(file)).path("landmarks");
        } catch (IOException e) {
            throw new IOException(file + " is not JSON: " + e.getMessage(), e);
        }
        if (!frames.isArray()) {
            throw new IllegalArgumentException("has no list \"landmarks\"");
        }
        List<Optional<FacePoints>> faces = new ArrayList<>();
        for (JsonNode frame : frames) {
            List<Point> points = new ArrayList<>();
            for (JsonNode point : frame) {
                if (!point.path(0).isNumber() || !point.path(1).isNumber()) {
                    throw new IllegalArgumentException(
                            "frame " + faces.size() + " has " + point + " where a point [x, y] is wanted");
                }
                points.add(new Point(point.get(0).asDouble(), point.get(1).asDouble()));
            }
            faces.add(frame.isNull() ? Optional.empty() : Optional.of(face(points, faces.size())));
        }
        return faces;
    }

    private static List<Optional<FacePoints>> csv(Path file) throws IOException {
        try (BufferedReader lines =
                new BufferedReader(Channels.newReader(RegularFile.open(file), StandardCharsets.UTF_8))) {
            return csv(lines);
        }
    }

    private static List<Optional<FacePoints>> csv(BufferedReader lines) throws IOException {
        String first = lines.readLine();
        if (first == null) {
            throw new IllegalArgumentException("is empty");
        }
        Map<String, Integer> columns = new HashMap<>();
        List<String> header = cells(first);
        for (int i = 0; i < header.size(); i++) {
            columns.put(header.get(i), i);
        }
        int count = 0;
        while (columns.containsKey("x_" + count) && columns.containsKey("y_" + count)) {
            count++;
        }
        if (count != 5 && count != 68) {
            throw new IllegalArgumentException(
                    "its first line names " + count + " points, but columns x_0 ... and y_0 ... of 5 or 68 are wanted");
        }
        List<Optional<FacePoints>> faces = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            List<String> cells = cells(line);
            if (!line.isBlank() && number(cells, columns.get("face_id"), 0) == 0) {
                faces.add(row(cells, columns, count, faces.size()));
            }
        }
        return faces;
    }

    private static Optional<FacePoints> row(List<String> cells, Map<String, Integer> columns, int count, int frame) {
        List<Point> points = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            double x = number(cells, columns.get("x_" + k), Double.NaN);
            double y = number(cells, columns.get("y_" + k), Double.NaN);
            if (Double.isNaN(x) || Double.isNaN(y)) {
                return Optional.empty();
            }
            points.add(new Point(x, y));
        }
        return number(cells, columns.get("success"), 1) == 0 ? Optional.empty() : Optional.of(face(points, frame));
    }

    private static double number(List<String> cells, @Nullable Integer column, double otherwise) {
        if (column == null || column >= cells.size() || cells.get(column).isEmpty()) {
            return otherwise;
        }
        try {
            return Double.parseDouble(cells.get(column));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("has \"" + cells.get(column) + "\" where a number is wanted", e);
        }
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split(",", -1)).map(String::strip).toList();
    }

    private static FacePoints face(List<Point> points, int frame) {
        try {
            return FacePoints.of(points);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("frame " + frame + ": " + e.getMessage(), e);
        }
    }
}
