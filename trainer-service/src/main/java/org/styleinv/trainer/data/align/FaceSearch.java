package org.styleinv.trainer.data.align;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.face.AlignedSquare;
import org.styleinv.network.face.Face;
import org.styleinv.network.face.FaceDetector;
import org.styleinv.network.face.FacePoints;

/**
 * Looks for one face through the frames of a video: the largest of the first frame that has any, and from there on the one that
 * is nearest to where it was.
 */
public final class FaceSearch {
    private static final double SMALLEST =
            48; // side of the square about it, below which there is nothing to learn from

    private final List<Optional<FacePoints>> faces = new ArrayList<>();
    private @Nullable Face last;

    /** Looks at the next frame, {@code height} rows of {@code width} pixels, each red, green, blue. */
    public void look(byte[] rgb, int width, int height) {
        Face before = last;
        List<Face> found = FaceDetector.detect(rgb, width, height); // the largest first
        Optional<Face> now = before == null
                ? found.stream().findFirst()
                : found.stream()
                        .min(Comparator.comparingDouble(
                                face -> Math.hypot(face.x() - before.x(), face.y() - before.y())))
                        .filter(face -> Math.hypot(face.x() - before.x(), face.y() - before.y()) < before.side());
        last = now.orElse(before);
        faces.add(now.map(Face::points));
    }

    /**
     * The face of each frame, empty where it was not seen.
     *
     * @throws IllegalArgumentException where it was seen nowhere, or is too small
     */
    public List<Optional<FacePoints>> faces() {
        double[] sides = faces.stream()
                .flatMap(Optional::stream)
                .mapToDouble(face -> AlignedSquare.of(face).side())
                .sorted()
                .toArray();
        if (sides.length == 0) {
            throw new IllegalArgumentException("no frame has a face that can be found");
        }
        double side = sides[sides.length / 2];
        if (side < SMALLEST) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "its face is too small: the square about it has %.0f pixels, and at least %.0f are wanted",
                    side,
                    SMALLEST));
        }
        return List.copyOf(faces);
    }
}
