package org.styleinv.trainer.data.align;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.styleinv.network.face.AlignedSquare;
import org.styleinv.network.face.FacePoints;

/**
 * The squares that are cut out of the frames of one video. Each frame's own square would jitter with its detector, so
 * a video has either one square, or a track of them that is smoothed.
 */
public final class FaceTrack {
    /** How the squares of a video belong together. */
    public enum Alignment {
        /** No face is looked for; the middle square of each frame. */
        NONE,
        /** One square for the whole video: the median of all frames' squares. The head moves within it. */
        CLIP,
        /** The square follows the head, slowly. */
        TRACK,
        /** The same, by a face that is looked for in the frames, where the others go by landmarks that lie beside the video. */
        DETECT
    }

    private FaceTrack() {}

    /**
     * @param faces of each frame; where none was found, the square is between those of the frames around it
     * @param sigma of the Gaussian that a track is smoothed with, in frames; 0 for none
     * @throws IllegalArgumentException if there is no face in any frame, or one that is a point
     */
    public static List<AlignedSquare> squares(List<Optional<FacePoints>> faces, Alignment alignment, double sigma) {
        double[][] values = values(faces); // [4, frames]
        List<AlignedSquare> squares = new ArrayList<>(faces.size());
        if (alignment == Alignment.CLIP) {
            double[] medians =
                    Arrays.stream(values).mapToDouble(FaceTrack::median).toArray();
            return Collections.nCopies(faces.size(), new AlignedSquare(medians[0], medians[1], medians[2], medians[3]));
        }
        double[][] smooth = Arrays.stream(values)
                .map(row -> sigma > 0 ? smoothed(row, sigma) : row)
                .toArray(double[][]::new);
        for (int i = 0; i < faces.size(); i++) {
            squares.add(new AlignedSquare(smooth[0][i], smooth[1][i], smooth[2][i], smooth[3][i]));
        }
        return squares;
    }

    private static double[][] values(List<Optional<FacePoints>> faces) {
        double[][] values = new double[4][faces.size()];
        int last = -1; // frame with a face
        for (int i = 0; i < faces.size(); i++) {
            if (faces.get(i).isEmpty()) {
                continue;
            }
            AlignedSquare square = square(faces.get(i).get(), i);
            double[] now = {square.x(), square.y(), square.acrossX(), square.acrossY()};
            for (int k = 0; k < 4; k++) {
                values[k][i] = now[k];
                for (int between = last + 1; between < i; between++) {
                    double share = last < 0 ? 1 : (double) (between - last) / (i - last);
                    values[k][between] = (last < 0 ? 0 : (1 - share) * values[k][last]) + share * now[k];
                }
            }
            last = i;
        }
        if (last < 0) {
            throw new IllegalArgumentException("no frame has a face");
        }
        for (double[] row : values) {
            Arrays.fill(row, last + 1, row.length, row[last]);
        }
        return values;
    }

    private static AlignedSquare square(FacePoints face, int frame) {
        try {
            return AlignedSquare.of(face);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("frame " + frame + ": " + e.getMessage(), e);
        }
    }

    /** Beyond its ends a row goes on as it would seen from there, so that an even motion stays what it is. */
    private static double[] smoothed(double[] row, double sigma) {
        int reach = (int) Math.ceil(3 * sigma);
        double[] smooth = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            double sum = 0;
            double weights = 0;
            for (int k = -reach; k <= reach; k++) {
                double weight = Math.exp(-k * k / (2 * sigma * sigma));
                sum += weight * at(row, i + k);
                weights += weight;
            }
            smooth[i] = sum / weights;
        }
        return smooth;
    }

    private static double at(double[] row, int index) {
        int end = row.length - 1;
        if (index < 0) {
            return 2 * row[0] - row[Math.min(end, -index)];
        }
        return index <= end ? row[index] : 2 * row[end] - row[Math.max(0, 2 * end - index)];
    }

    private static double median(double[] row) {
        double[] sorted = row.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
