package org.styleinv.network.watermark;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The waves that carry a mark: of the discrete cosine transform of a picture's luma, averaged to 32 x 32 whatever its size, the
 * {@value #COUNT} slowest but for the mean. JPEG of quality 50 keeps them, for in its blocks they are the mean and its slowest
 * waves, which it rounds least and does not drop.
 */
final class Band {
    static final int COUNT = 64;
    static final int GRID = 32;

    /** Waves, the slowest first: half periods from left to right, and from top to bottom. */
    private static final int[] ACROSS = new int[COUNT];

    private static final int[] DOWN = new int[COUNT];

    /** Half periods of the fastest along one side, and one more. */
    static final int FREQUENCIES;

    private static final float[][] BASIS; // [frequency][cell], orthonormal

    static {
        int[] slowest = IntStream.range(1, GRID * GRID)
                .boxed()
                .sorted(Comparator.comparingInt(Band::radius).thenComparing(Comparator.naturalOrder()))
                .limit(COUNT)
                .mapToInt(Integer::intValue)
                .toArray();
        for (int k = 0; k < COUNT; k++) {
            ACROSS[k] = slowest[k] % GRID;
            DOWN[k] = slowest[k] / GRID;
        }
        FREQUENCIES = 1
                + Math.max(
                        Arrays.stream(ACROSS).max().orElseThrow(),
                        Arrays.stream(DOWN).max().orElseThrow());
        BASIS = new float[FREQUENCIES][];
        for (int f = 0; f < FREQUENCIES; f++) {
            BASIS[f] = cosines(f, GRID, 1);
        }
    }

    private Band() {}

    private static int radius(int wave) {
        int across = wave % GRID;
        int down = wave / GRID;
        return across * across + down * down;
    }

    /**
     * The waves of a side of {@code side} pixels, of such heights that they are the grid's orthonormal ones once their pixels are
     * averaged into its cells: the mean of {@code m} neighbours of a cosine is a cosine, lower by a known factor.
     *
     * @param side a multiple of 32
     * @return {@code [FREQUENCIES][side]}; the same bits on every machine, for the cosines are {@link StrictMath}'s
     */
    static float[][] waves(int side) {
        float[][] waves = new float[FREQUENCIES][];
        int m = side / GRID;
        for (int f = 0; f < FREQUENCIES; f++) {
            double mean = f == 0
                    ? 1
                    : StrictMath.sin(Math.PI * f / (2 * GRID)) / (m * StrictMath.sin(Math.PI * f / (2.0 * side)));
            waves[f] = cosines(f, side, 1 / mean);
        }
        return waves;
    }

    private static float[] cosines(int frequency, int length, double height) {
        double scale = height * StrictMath.sqrt((frequency == 0 ? 1.0 : 2.0) / GRID);
        float[] values = new float[length];
        for (int x = 0; x < length; x++) {
            values[x] = (float) (scale * StrictMath.cos(Math.PI * frequency * (2 * x + 1) / (2.0 * length)));
        }
        return values;
    }

    /**
     * How much of each wave is in a picture, in steps of 8-bit luma, orthonormal on the grid.
     *
     * @param rgb {@code height} rows of {@code width} pixels, red, green, blue; both at least 32
     */
    static float[] amounts(byte[] rgb, int width, int height) {
        float[] grid = LumaGrid.of(rgb, width, height);
        float[][] rows = new float[FREQUENCIES][GRID]; // [across][row]
        for (int y = 0; y < GRID; y++) {
            for (int f = 0; f < FREQUENCIES; f++) {
                rows[f][y] = dot(grid, y * GRID, BASIS[f]);
            }
        }
        float[] amounts = new float[COUNT];
        for (int k = 0; k < COUNT; k++) {
            amounts[k] = dot(rows[ACROSS[k]], 0, BASIS[DOWN[k]]);
        }
        return amounts;
    }

    /** Four sums side by side, which a processor adds at once; always in this order, so that bits are the same everywhere. */
    private static float dot(float[] a, int from, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int i = 0; i < GRID; i += 4) {
            s0 += a[from + i] * b[i];
            s1 += a[from + i + 1] * b[i + 1];
            s2 += a[from + i + 2] * b[i + 2];
            s3 += a[from + i + 3] * b[i + 3];
        }
        return s0 + s1 + (s2 + s3);
    }

    /** Amounts by wave as a table {@code [down][across]}; 0 where no wave is. */
    static float[][] table(float[] amounts) {
        float[][] table = new float[FREQUENCIES][FREQUENCIES];
        for (int k = 0; k < COUNT; k++) {
            table[DOWN[k]][ACROSS[k]] = amounts[k];
        }
        return table;
    }
}
