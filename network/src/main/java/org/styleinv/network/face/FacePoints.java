package org.styleinv.network.face;

import java.util.List;

/** Where a face is in a frame, in pixels from the frame's left and upper edge: the middles of both eyes and of the mouth. */
public record FacePoints(Point leftEye, Point rightEye, Point mouth) {
    /** A place in a frame; the left eye is the one that is on the left of the picture. */
    public record Point(double x, double y) {
        public Point {
            if (!Double.isFinite(x) || !Double.isFinite(y)) {
                throw new IllegalArgumentException("a landmark must be finite, got (" + x + ", " + y + ")");
            }
        }
    }

    /**
     * From the landmarks that detectors give.
     *
     * @param points 5, eyes, nose and corners of the mouth, each pair from left to right; or the 68 of iBUG's 300-W
     */
    public static FacePoints of(List<Point> points) {
        return switch (points.size()) {
            case 5 -> new FacePoints(points.get(0), points.get(1), mean(points.subList(3, 5)));
            case 68 ->
                new FacePoints(
                        mean(points.subList(36, 42)),
                        mean(points.subList(42, 48)),
                        mean(List.of(points.get(48), points.get(54))));
            default -> throw new IllegalArgumentException("a face has 5 or 68 landmarks, got " + points.size());
        };
    }

    private static Point mean(List<Point> points) {
        return new Point(
                points.stream().mapToDouble(Point::x).average().orElseThrow(),
                points.stream().mapToDouble(Point::y).average().orElseThrow());
    }
}
