package org.styleinv.trainer.evaluate.film;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the eyes of a data set are, found without a face detector: of all pairs of boxes at one height, mirrored about the
 * middle, the one whose contrast falls in both at once, for short, while the head is held steady. An open eye is white and
 * dark; a closed one is skin. Right for faces that look at the camera and stand in the middle, as aligned faces do.
 *
 * @param left column of the left eye's middle, of {@code side} columns
 * @param right column of the right eye's
 * @param row of both
 * @param side pixels of the picture that these belong to
 * @param closed share of the usual contrast below which both eyes are closed: midway between the least and the usual one of
 *     most clips, since a lid's dark line has some contrast, too
 */
public record Eyes(int left, int right, int row, int side, double closed) {
    private static final double LOW = 0.75; // of the usual contrast: at most that much of it is left in a closed eye

    /**
     * What the eyes of one clip do.
     *
     * @param closed share of frames in which both are closed
     * @param gaze standard deviation of where they look sideways, in halves of an eye's box, over frames with open eyes
     */
    record Look(double closed, double gaze) {}

    /** Finds the eyes that most of {@code films} blink with. */
    public static Eyes find(Iterable<Film> films) {
        List<HeadTrack> tracks = new ArrayList<>();
        films.forEach(film -> tracks.add(HeadTrack.of(film)));
        int side = tracks.get(0).side();
        int middle = side / 2;
        int play = Math.max(1, side / 20);
        double[][][] scores = new double[2 * play + 1][side / 4 + 1][side];
        for (HeadTrack track : tracks) {
            float[][] contrasts = contrasts(track);
            double[] usual = usual(contrasts);
            for (int c = -play; c <= play; c++) {
                for (int d = side / 12; d <= side / 4; d++) {
                    for (int y = side / 4; y < side * 2 / 3; y++) {
                        int a = y * side + middle + c - d;
                        int b = y * side + middle + c + d;
                        scores[c + play][d][y] += score(contrasts, usual, a, b);
                    }
                }
            }
        }
        Eyes best = new Eyes(middle - side / 6, middle + side / 6, side / 2, side, LOW);
        double most = 0;
        for (int c = -play; c <= play; c++) {
            for (int d = side / 12; d <= side / 4; d++) {
                for (int y = side / 4; y < side * 2 / 3; y++) {
                    double score = scores[c + play][d][y];
                    if (score > most) {
                        most = score;
                        best = new Eyes(middle + c - d, middle + c + d, y, side, LOW);
                    }
                }
            }
        }
        return best.withClosed(tracks);
    }

    private Eyes withClosed(List<HeadTrack> tracks) {
        double[] least = new double[tracks.size()];
        for (int i = 0; i < least.length; i++) {
            float[][] contrasts = contrasts(tracks.get(i));
            double[] usual = usual(contrasts);
            least[i] = 1;
            for (float[] contrast : contrasts) {
                least[i] = Math.min(least[i], open(contrast, usual));
            }
        }
        Arrays.sort(least);
        return new Eyes(left, right, row, side, Math.min(LOW, (1 + least[least.length / 2]) / 2));
    }

    /** Of the usual contrast, in the eye that has more of it. */
    private double open(float[] contrast, double[] usual) {
        int a = row * side + left;
        int b = row * side + right;
        return Math.max(contrast[a] / usual[a], contrast[b] / usual[b]);
    }

    /** Contrast that is lost in both boxes in the same frame. */
    private static double score(float[][] contrasts, double[] usual, int a, int b) {
        double least = 1;
        int low = 0;
        for (float[] contrast : contrasts) {
            double open = Math.max(contrast[a] / usual[a], contrast[b] / usual[b]);
            least = Math.min(least, open);
            low += open < LOW ? 1 : 0;
        }
        // What is low for most of a clip is no blink.
        return low > contrasts.length / 3 ? 0 : (1 - least) * Math.min(usual[a], usual[b]);
    }

    Look of(HeadTrack track) {
        if (track.side() != side) {
            throw new IllegalArgumentException(
                    "the eyes were found in clips of " + side + " pixels, this one has " + track.side());
        }
        float[][] contrasts = contrasts(track);
        double[] usual = usual(contrasts);
        int shut = 0;
        double sum = 0;
        double squares = 0;
        for (int n = 0; n < contrasts.length; n++) {
            if (open(contrasts[n], usual) < closed) {
                shut++;
            } else {
                float[] grey = track.steadied(n);
                double gaze = (look(grey, left) + look(grey, right)) / 2;
                sum += gaze;
                squares += gaze * gaze;
            }
        }
        int open = contrasts.length - shut;
        double mean = sum / Math.max(1, open);
        double variance = squares / Math.max(1, open) - mean * mean;
        return new Look((double) shut / contrasts.length, Math.sqrt(Math.max(0, variance)));
    }

    /** How far the dark of an eye lies to the right of its white, in halves of the box: a head that turns moves both. */
    private double look(float[] grey, int column) {
        int w = halfWidth(side);
        int h = halfHeight(side);
        double mean = 0;
        int count = 0;
        for (int y = row - h; y <= row + h; y++) {
            for (int x = column - w; x <= column + w; x++) {
                mean += grey[y * side + x];
                count++;
            }
        }
        mean /= count;
        double[] sums = {1e-6, 1e-6};
        double[] moments = new double[2];
        for (int y = row - h; y <= row + h; y++) {
            for (int x = column - w; x <= column + w; x++) {
                double bright = grey[y * side + x] - mean;
                int of = bright < 0 ? 0 : 1;
                sums[of] += Math.abs(bright);
                moments[of] += Math.abs(bright) * (x - column) / w;
            }
        }
        return moments[0] / sums[0] - moments[1] / sums[1];
    }

    private static int halfWidth(int side) {
        return Math.max(1, side / 14);
    }

    private static int halfHeight(int side) {
        return Math.max(1, side / 20);
    }

    /** Standard deviation of brightness in the box about each pixel, frame by frame; 0 at the edges. */
    private static float[][] contrasts(HeadTrack track) {
        int side = track.side();
        int w = halfWidth(side);
        int h = halfHeight(side);
        float[][] contrasts = new float[track.length()][side * side];
        for (int n = 0; n < contrasts.length; n++) {
            float[] grey = track.steadied(n);
            double[][] sums =
                    new double[2][(side + 1) * (side + 1)]; // of values and of squares, over all above and left
            for (int y = 0; y < side; y++) {
                double row = 0;
                double rowSquares = 0;
                for (int x = 0; x < side; x++) {
                    double value = grey[y * side + x];
                    row += value;
                    rowSquares += value * value;
                    int at = (y + 1) * (side + 1) + x + 1;
                    sums[0][at] = sums[0][at - side - 1] + row;
                    sums[1][at] = sums[1][at - side - 1] + rowSquares;
                }
            }
            double count = (2 * w + 1.0) * (2 * h + 1);
            for (int y = h; y < side - h; y++) {
                for (int x = w; x < side - w; x++) {
                    double mean = box(sums[0], side, x, y, w, h) / count;
                    double variance = box(sums[1], side, x, y, w, h) / count - mean * mean;
                    contrasts[n][y * side + x] = (float) Math.sqrt(Math.max(0, variance));
                }
            }
        }
        return contrasts;
    }

    private static double box(double[] sums, int side, int x, int y, int w, int h) {
        int top = (y - h) * (side + 1);
        int bottom = (y + h + 1) * (side + 1);
        return sums[bottom + x + w + 1] - sums[bottom + x - w] - sums[top + x + w + 1] + sums[top + x - w];
    }

    /** The median over time of each pixel's contrast, a little above 0. */
    private static double[] usual(float[][] contrasts) {
        double[] usual = new double[contrasts[0].length];
        float[] values = new float[contrasts.length];
        for (int p = 0; p < usual.length; p++) {
            for (int n = 0; n < values.length; n++) {
                values[n] = contrasts[n][p];
            }
            Arrays.sort(values);
            usual[p] = Math.max(0.02, values[values.length / 2]);
        }
        return usual;
    }
}
