package org.styleinv.network.watermark;

import java.util.Arrays;

/**
 * Puts a mark into frames: moves the amount of each wave of the {@link Band} most of the way to the nearest point of a lattice
 * that key and payload shift. Whoever has the key finds amounts near lattice points; the picture itself does not stand in the way,
 * for it is known here (spread-transform dither modulation with distortion compensation: Chen and Wornell 2001, IV and V).
 *
 * <p>A pure function of pixels, key and payload, to the bit on every machine. Thread-safe.
 */
public final class Watermark {
    /** Frames of fewer pixels a side are not marked. */
    public static final int LEAST_SIDE = 64;

    /** Every marked frame is at least so near to what it was: PSNR over red, green and blue, dB. */
    public static final double PSNR = 40;

    /** Of the mean square by which a frame may change. */
    private static final double BUDGET = 255 * 255 / StrictMath.pow(10, PSNR / 10);

    /**
     * Between points of a lattice. Uniform amounts, moved by 0.8 of the way, change by (0.8 * 42.6)^2 / 12 = 97 in each of 64 waves;
     * over the 1024 cells of the grid that is a mean square of 6.05, and 40.3 dB.
     */
    static final float LATTICE = 42.6f;

    /** So much of the way; the rest makes a lattice of wider steps affordable, which noise does not blur. Measured: ADR 0017. */
    private static final float WAY = 0.8f;

    /** Above whatever a wave takes off a pixel. */
    private static final int HIGH = 256;

    private final int side;
    private final float[] dithers;
    private final float[][] waves;

    /**
     * @param side of the frames, a multiple of 32 from 64 on
     * @throws IllegalArgumentException if it is another
     */
    public Watermark(MarkKey key, Payload payload, int side) {
        if (side < LEAST_SIDE || side % Band.GRID != 0) {
            throw new IllegalArgumentException("a mark wants frames whose side is a multiple of " + Band.GRID
                    + " and at least " + LEAST_SIDE + " pixels, got " + side);
        }
        this.side = side;
        dithers = key.dithers(payload);
        waves = Band.waves(side);
    }

    /**
     * The frame with the mark in it.
     *
     * @param rgb {@code side} rows of {@code side} pixels, red, green, blue; stays as it is
     */
    public byte[] mark(byte[] rgb) {
        float[] moves = Band.amounts(rgb, side, side);
        double square = 0;
        for (int k = 0; k < moves.length; k++) {
            float at = moves[k] / LATTICE - dithers[k];
            moves[k] = WAY * LATTICE * ((float) Math.rint(at) - at);
            square += moves[k] * moves[k];
        }
        double mean = square / (Band.GRID * Band.GRID) + 1.0 / 12; // rounding to 8 bits changes by that
        byte[] marked = new byte[rgb.length];
        float scale = (float) Math.min(1, Math.sqrt(BUDGET / mean));
        while (true) {
            double changed = add(rgb, Band.table(moves), scale, marked) / (double) rgb.length;
            if (changed <= BUDGET) {
                return marked;
            }
            scale *= (float) (0.995 * Math.sqrt(BUDGET / changed));
        }
    }

    /** Adds waves to every pixel, to its three colours alike, and returns the sum of the squares of what that changes. */
    private long add(byte[] rgb, float[][] table, float scale, byte[] marked) {
        long squares = 0;
        float[] line = new float[side];
        for (int y = 0, at = 0; y < side; y++) {
            Arrays.fill(line, HIGH + 0.5f); // so that cutting off what is behind the point rounds
            for (int f = 0; f < Band.FREQUENCIES; f++) {
                float height = 0;
                for (int g = 0; g < Band.FREQUENCIES; g++) {
                    height += table[g][f] * waves[g][y];
                }
                height *= scale;
                float[] wave = waves[f];
                for (int x = 0; x < side; x++) {
                    line[x] += height * wave[x];
                }
            }
            for (int x = 0; x < side; x++, at += 3) {
                int change = (int) line[x] - HIGH;
                int red = (rgb[at] & 0xff) + change;
                int green = (rgb[at + 1] & 0xff) + change;
                int blue = (rgb[at + 2] & 0xff) + change;
                squares += 3 * change * change;
                if (((red | green | blue) & ~0xff) != 0) { // some colour left its range
                    squares -= beyond(red, change) + beyond(green, change) + beyond(blue, change);
                    red = clamp(red);
                    green = clamp(green);
                    blue = clamp(blue);
                }
                marked[at] = (byte) red;
                marked[at + 1] = (byte) green;
                marked[at + 2] = (byte) blue;
            }
        }
        return squares;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }

    /** What a square loses by clamping. */
    private static int beyond(int value, int change) {
        int left = change - value + clamp(value);
        return change * change - left * left;
    }
}
