package org.styleinv.network.watermark;

import java.util.Arrays;

/** A picture of any size and shape as 32 x 32 means of its luma; a pixel on the edge of cells counts in each by its part. */
final class LumaGrid {
    private static final int CELLS = Band.GRID;
    private static final float RED = 0.299f; // ITU-R BT.601, as JPEG and most videos have it
    private static final float GREEN = 0.587f;
    private static final float BLUE = 0.114f;

    /**
     * Cells along one side.
     *
     * @param cell  of the beginning of each pixel
     * @param share of the pixel in that cell, in parts of the cell
     * @param rest  the same of the next cell
     */
    private record Axis(int[] cell, float[] share, float[] rest) {
        static Axis of(int length) {
            var axis = new Axis(new int[length], new float[length], new float[length]);
            for (int x = 0; x < length; x++) {
                int cell = (int) ((long) x * CELLS / length);
                long end = (long) (cell + 1) * length; // of the cell, in parts of a pixel: a pixel has CELLS of them
                long begin = (long) x * CELLS;
                long inside = Math.min(CELLS, end - begin);
                axis.cell[x] = cell;
                axis.share[x] = (float) inside / length;
                axis.rest[x] = (float) (CELLS - inside) / length;
            }
            return axis;
        }
    }

    private LumaGrid() {}

    /**
     * @param rgb {@code height} rows of {@code width} pixels, red, green, blue
     * @return 32 rows of 32 means, 0 to 255
     */
    static float[] of(byte[] rgb, int width, int height) {
        Axis across = Axis.of(width);
        Axis down = height == width ? across : Axis.of(height);
        float[] grid = new float[(CELLS + 1) * CELLS]; // one row more, for the last pixels' rest, which is 0
        float[] row = new float[CELLS + 1];
        for (int y = 0, at = 0; y < height; y++) {
            Arrays.fill(row, 0);
            int x = 0;
            for (int here = 0; here < CELLS; here++) {
                float sum = row[here]; // what the pixel before left in this cell
                for (; x < width && across.cell[x] == here; x++, at += 3) {
                    float luma = RED * (rgb[at] & 0xff) + GREEN * (rgb[at + 1] & 0xff) + BLUE * (rgb[at + 2] & 0xff);
                    sum += luma * across.share[x];
                    row[here + 1] = luma * across.rest[x];
                }
                row[here] = sum;
            }
            int cell = down.cell[y] * CELLS;
            for (int i = 0; i < CELLS; i++) {
                grid[cell + i] += row[i] * down.share[y];
                grid[cell + CELLS + i] += row[i] * down.rest[y];
            }
        }
        return grid;
    }
}
