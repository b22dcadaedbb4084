package org.styleinv.trainer.evaluate.film;

/**
 * Frames that follow each other.
 *
 * @param resolution pixels a side
 * @param frames each planar RGB {@code [3][resolution][resolution]} in [-1, 1]
 */
public record Film(int resolution, float[][] frames) {
    /** Fewer say nothing of motion. */
    public static final int SHORTEST = 2;

    public Film {
        if (frames.length < SHORTEST) {
            throw new IllegalArgumentException("a clip must have at least " + SHORTEST + " frames to be measured, got "
                    + frames.length + ": leave it out");
        }
        for (float[] frame : frames) {
            if (frame.length != 3 * resolution * resolution) {
                throw new IllegalArgumentException("a frame of " + resolution + " x " + resolution + " has "
                        + 3 * resolution * resolution + " values, got " + frame.length);
            }
        }
    }

    public int length() {
        return frames.length;
    }

    /** Averaged down to {@code side} pixels a side: {@code [frames][3 * side * side]}, planar. */
    float[][] colours(int side) {
        float[][] small = new float[frames.length][];
        for (int i = 0; i < small.length; i++) {
            small[i] = small(frames[i], resolution, side);
        }
        return small;
    }

    /** Brightness, averaged down: {@code [frames][side * side]}. */
    float[][] greys(int side) {
        float[][] colours = colours(side);
        float[][] greys = new float[colours.length][side * side];
        for (int i = 0; i < greys.length; i++) {
            for (int p = 0; p < greys[i].length; p++) {
                // luma of BT.601
                greys[i][p] = 0.299f * colours[i][p]
                        + 0.587f * colours[i][p + side * side]
                        + 0.114f * colours[i][p + 2 * side * side];
            }
        }
        return greys;
    }

    /** A planar picture of {@code from} pixels a side averaged down to {@code to}, where that is less. */
    public static float[] small(float[] planar, int from, int to) {
        if (from == to) {
            return planar;
        }
        float[] small = new float[3 * to * to];
        for (int y = 0; y < to; y++) {
            int top = y * from / to;
            int bottom = Math.max(top + 1, (y + 1) * from / to);
            for (int x = 0; x < to; x++) {
                int left = x * from / to;
                int right = Math.max(left + 1, (x + 1) * from / to);
                for (int c = 0; c < 3; c++) {
                    double sum = 0;
                    for (int row = top; row < bottom; row++) {
                        for (int column = left; column < right; column++) {
                            sum += planar[(c * from + row) * from + column];
                        }
                    }
                    small[(c * to + y) * to + x] = (float) (sum / ((bottom - top) * (right - left)));
                }
            }
        }
        return small;
    }
}
