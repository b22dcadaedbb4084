package org.styleinv.network.face;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.styleinv.network.face.FacePoints.Point;

/**
 * Finds faces in pictures: BlazeFace on the whole picture and on parts of it, for it sees faces from a tenth of what it is
 * shown, and once more on each face, upright and close, where it is surest and sees eyes and mouth best.
 */
public final class FaceDetector {
    private static final double LIKELY = 0.5; // worth a closer look
    private static final double SURE =
            0.75; // from close; drawn heads score more, photographs 0.9, badges and rockets up to 0.7
    private static final double SAME = 0.3; // overlap of boxes that are of one face
    private static final double CLOSE = 2; // side of the closer look over that of the box
    private static final int GRID = 16; // cells a side of the finer grid

    private FaceDetector() {}

    /**
     * The faces of a picture, the largest first: those from a twentieth of its longer side on, and where there is none,
     * those from a fortieth.
     *
     * @param rgb interleaved, {@code [height, width, 3]}
     */
    public static List<Face> detect(byte[] rgb, int width, int height) {
        if (rgb.length != 3L * width * height) {
            throw new IllegalArgumentException("a picture of " + width + " x " + height + " has " + 3L * width * height
                    + " values, got " + rgb.length);
        }
        List<Face> faces = sure(rgb, width, height, List.of(1, 2));
        return faces.isEmpty() ? sure(rgb, width, height, List.of(4)) : faces;
    }

    /** @param parts of the longer side, each looked at with those that lie half between */
    private static List<Face> sure(byte[] rgb, int width, int height, List<Integer> parts) {
        List<Face> likely = new ArrayList<>();
        for (int count : parts) {
            double half = Math.max(width, height) / 2.0 / count;
            if (count > 1 && 4 * half < BlazeFace.SIDE) {
                continue; // enlarged more than twice, nothing more is to be seen
            }
            int steps = 2 * count - 1;
            for (int i = 0; i < steps * steps; i++) {
                double x = width / 2.0 + (i % steps - (count - 1)) * half;
                double y = height / 2.0 + (i / steps - (count - 1)) * half;
                if (x > -half && x < width + half && y > -half && y < height + half) {
                    likely.addAll(look(rgb, width, height, new AlignedSquare(x, y, half, 0)));
                }
            }
        }
        List<Face> faces = new ArrayList<>();
        for (Face face : distinct(likely)) {
            closer(rgb, width, height, face)
                    .filter(seen -> seen.score() >= SURE)
                    .ifPresent(faces::add);
        }
        return distinct(faces).stream()
                .sorted(Comparator.comparingDouble(Face::side).reversed())
                .toList();
    }

    /** One of each that are of the same face: the surest. */
    private static List<Face> distinct(List<Face> faces) {
        List<Face> distinct = new ArrayList<>();
        faces.stream()
                .sorted(Comparator.comparingDouble(Face::score).reversed())
                .forEach(face -> {
                    if (distinct.stream().noneMatch(other -> other.overlap(face) > SAME)) {
                        distinct.add(face);
                    }
                });
        return distinct;
    }

    private static Optional<Face> closer(byte[] rgb, int width, int height, Face face) {
        Point left = face.points().leftEye();
        Point right = face.points().rightEye();
        double turn = Math.atan2(right.y() - left.y(), right.x() - left.x());
        double half = CLOSE * face.side() / 2;
        AlignedSquare square = new AlignedSquare(face.x(), face.y(), half * Math.cos(turn), half * Math.sin(turn));
        return look(rgb, width, height, square).stream()
                .filter(seen -> seen.overlap(face) > SAME)
                .max(Comparator.comparingDouble(Face::score));
    }

    /** What is seen in a square of the picture, each face as the mean of the boxes about it. */
    private static List<Face> look(byte[] rgb, int width, int height, AlignedSquare square) {
        BlazeFace.Seen seen = BlazeFace.shipped().see(square.cut(rgb, width, height, BlazeFace.SIDE));
        List<Face> boxes = new ArrayList<>();
        for (int i = 0; i < BlazeFace.BOXES; i++) {
            double score = 1 / (1 + Math.exp(-seen.scores()[i]));
            if (score >= LIKELY) {
                Face face = face(score, i, seen.boxes()[i], square);
                if (face.x() >= 0 && face.x() < width && face.y() >= 0 && face.y() < height) { // beyond it is mirrored
                    boxes.add(face);
                }
            }
        }
        List<Face> faces = new ArrayList<>();
        for (Face best : distinct(boxes)) {
            faces.add(
                    mean(boxes.stream().filter(box -> box.overlap(best) > SAME).toList(), best.score()));
        }
        return faces;
    }

    private static Face face(double score, int box, float[] values, AlignedSquare square) {
        int fine = 2 * GRID * GRID;
        int side = box < fine ? GRID : GRID / 2;
        int cell = box < fine ? box / 2 : (box - fine) / 6;
        double x = (cell % side + 0.5) / side;
        double y = (cell / side + 0.5) / side;
        Point[] points = new Point[5]; // the middle, the eyes, the nose, the mouth
        for (int k = 0; k < points.length; k++) {
            int at = k == 0 ? 0 : 2 + 2 * k; // behind the middle come the sides
            points[k] = square.point(new Point(x + values[at] / BlazeFace.SIDE, y + values[at + 1] / BlazeFace.SIDE));
        }
        return new Face(
                score,
                points[0].x(),
                points[0].y(),
                Math.max(values[2], values[3]) / BlazeFace.SIDE * square.side(),
                new FacePoints(points[1], points[2], points[4]));
    }

    private static Face mean(List<Face> faces, double score) {
        double[] sum = new double[9];
        double weights = 0;
        for (Face face : faces) {
            FacePoints at = face.points();
            double[] values = {
                face.x(),
                face.y(),
                face.side(),
                at.leftEye().x(),
                at.leftEye().y(),
                at.rightEye().x(),
                at.rightEye().y(),
                at.mouth().x(),
                at.mouth().y()
            };
            for (int i = 0; i < sum.length; i++) {
                sum[i] += face.score() * values[i];
            }
            weights += face.score();
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= weights;
        }
        return new Face(
                score,
                sum[0],
                sum[1],
                sum[2],
                new FacePoints(new Point(sum[3], sum[4]), new Point(sum[5], sum[6]), new Point(sum[7], sum[8])));
    }
}
