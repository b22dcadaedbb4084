package org.styleinv.network.watermark;

import java.util.Optional;

/** Looks for marks of one key, whatever they say, in pictures and in the frames of videos. */
public final class MarkDetector {
    /** So seldom at most may chance alone look like a mark, all that is tried taken together. */
    public static final double CHANCE = 1e-6;

    /** Fewer pixels a side have lost what a mark is in. */
    public static final int LEAST_SIDE = Band.GRID;

    /**
     * Contrasts that are tried, in percent: those of a video whose range or matrix of colours was mistaken are from 86 to 116.
     */
    private static final int LEAST_CONTRAST = 84;

    private static final int CONTRAST_STEP = 2;
    private static final int CONTRASTS = 17;

    /** Number of the contrast that frames are painted in. */
    static final int AS_PAINTED = (100 - LEAST_CONTRAST) / CONTRAST_STEP;

    private final float[][] cosines = new float[Band.COUNT][Payload.COUNT]; // of the shifts
    private final float[][] sines = new float[Band.COUNT][Payload.COUNT];

    /**
     * A mark that was found.
     *
     * @param lnChance bound of the natural logarithm of the odds that chance alone looks like one, all payloads and contrasts counted
     * @param contrast that the picture has, 1 as it was painted
     * @param frames   that were looked at
     */
    public record Found(Payload payload, double lnChance, double contrast, long frames) {
        /** Chance is at most one in ten to the power of this, rounded down. */
        public int tenfolds() {
            return (int) Math.floor(-lnChance / Math.log(10));
        }
    }

    public MarkDetector(MarkKey key) {
        for (int number = 0; number < Payload.COUNT; number++) {
            float[] dithers = key.dithers(Payload.at(number));
            for (int k = 0; k < Band.COUNT; k++) {
                cosines[k][number] = (float) Math.cos(2 * Math.PI * dithers[k]);
                sines[k][number] = (float) Math.sin(2 * Math.PI * dithers[k]);
            }
        }
    }

    /** Begins to look at one picture, or at one video. */
    public Look look() {
        return new Look();
    }

    /**
     * What was seen so far. The phases of a wave are averaged over frames as vectors: where the lattice is met they agree, and noise that
     * changes from frame to frame cancels. That frames are alike is no matter for the bound, which takes the averages as given.
     */
    public final class Look {
        private final double[][] real = new double[CONTRASTS][Band.COUNT];
        private final double[][] imaginary = new double[CONTRASTS][Band.COUNT];
        private long frames;

        /**
         * Looks at a frame.
         *
         * @param rgb {@code height} rows of {@code width} pixels, red, green, blue
         * @throws IllegalArgumentException if a side is smaller than {@link MarkDetector#LEAST_SIDE}
         */
        public void at(byte[] rgb, int width, int height) {
            if (Math.min(width, height) < LEAST_SIDE) {
                throw new IllegalArgumentException("a mark cannot be looked for in " + width + " x " + height
                        + " pixels: it wants " + LEAST_SIDE + " a side");
            }
            float[] amounts = Band.amounts(rgb, width, height);
            for (int c = 0; c < CONTRASTS; c++) {
                for (int k = 0; k < Band.COUNT; k++) {
                    double phase = 2 * Math.PI * amounts[k] / (contrast(c) * Watermark.LATTICE);
                    real[c][k] += Math.cos(phase);
                    imaginary[c][k] += Math.sin(phase);
                }
            }
            frames++;
        }

        /** The likeliest mark, if chance alone looks like one less often than {@link MarkDetector#CHANCE}. */
        public Optional<Found> found() {
            int contrast = 0;
            int payload = 0;
            double best = 0;
            for (int c = 0; c < CONTRASTS && frames > 0; c++) {
                float[] sums = sums(c);
                double deviation = deviation(lengths(c));
                for (int number = 0; number < sums.length; number++) {
                    if (sums[number] > best * deviation) {
                        best = sums[number] / deviation;
                        contrast = c;
                        payload = number;
                    }
                }
            }
            if (best == 0) {
                return Optional.empty();
            }
            double ln = FalseAlarm.ln(sums(contrast)[payload], lengths(contrast))
                    + Math.log((double) CONTRASTS * Payload.COUNT);
            return ln < Math.log(CHANCE)
                    ? Optional.of(new Found(Payload.at(payload), ln, contrast(contrast), frames))
                    : Optional.empty();
        }

        /** Of the sum by chance, but for a factor. */
        private static double deviation(double[] lengths) {
            double squares = 0;
            for (double length : lengths) {
                squares += length * length;
            }
            return Math.sqrt(squares);
        }

        /** How well each payload fits. */
        float[] sums(int contrast) {
            float[] sums = new float[Payload.COUNT];
            for (int k = 0; k < Band.COUNT; k++) {
                float re = (float) (real[contrast][k] / frames);
                float im = (float) (imaginary[contrast][k] / frames);
                float[] cos = cosines[k];
                float[] sin = sines[k];
                for (int number = 0; number < sums.length; number++) {
                    sums[number] += re * cos[number] + im * sin[number];
                }
            }
            return sums;
        }

        /** How far the frames agree on each phase, 0 to 1; of one picture, 1. */
        double[] lengths(int contrast) {
            double[] lengths = new double[Band.COUNT];
            for (int k = 0; k < Band.COUNT; k++) {
                lengths[k] = Math.hypot(real[contrast][k], imaginary[contrast][k]) / frames;
            }
            return lengths;
        }
    }

    private static double contrast(int number) {
        return (LEAST_CONTRAST + CONTRAST_STEP * number) / 100.0;
    }
}
