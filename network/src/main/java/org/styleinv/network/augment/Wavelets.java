package org.styleinv.network.augment;

/** The filters of the pipe. Training GANs with Limited Data (Karras et al. 2020), appendix B; Daubechies (1992), chapter 6. */
final class Wavelets {
    /** Symlet of 12 taps: smooth up- and downsampling around the geometric transformation. */
    private static final double[] SYM6 = {
        0.015404109327027373,
        0.0034907120842174702,
        -0.11799011114819057,
        -0.048311742585633,
        0.4910559419267466,
        0.787641141030194,
        0.3379294217276218,
        -0.07263752278646252,
        -0.021060292512300564,
        0.04472490177066578,
        0.0017677118642428036,
        -0.007800708325034148
    };
    /** Symlet of 4 taps: its low and high passes divide the spectrum into octaves. */
    private static final double[] SYM2 = {
        -0.12940952255092145, 0.22414386804185735, 0.836516303737469, 0.48296291314469025
    };

    /** Octaves of the filter bank. */
    static final int BANDS = 4;

    private Wavelets() {}

    /** {@code [12]}, of sum 1. */
    static double[] geometry() {
        return normalised(SYM6);
    }

    /** {@code [4][43]}: a filter for each octave, from the lowest; they add up to one that changes nothing. */
    static double[][] bank() {
        double[] low = normalised(SYM2);
        double[] high = low.clone();
        for (int i = 1; i < high.length; i += 2) {
            high[i] = -high[i];
        }
        double[] lowPass = convolve(low, reversed(low));
        double[] highPass = convolve(high, reversed(high));
        double[][] bank = {{1}, {0}, {0}, {0}};
        for (int band = 1; band < BANDS; band++) {
            for (int i = 0; i < BANDS; i++) {
                bank[i] = convolve(spread(bank[i]), lowPass);
            }
            int start = (bank[band].length - highPass.length) / 2;
            for (int i = 0; i < highPass.length; i++) {
                bank[band][start + i] += highPass[i];
            }
        }
        return bank;
    }

    private static double[] normalised(double[] taps) {
        double sum = 0;
        for (double tap : taps) {
            sum += tap;
        }
        double[] normalised = new double[taps.length];
        for (int i = 0; i < taps.length; i++) {
            normalised[i] = taps[i] / sum;
        }
        return normalised;
    }

    private static double[] reversed(double[] taps) {
        double[] reversed = new double[taps.length];
        for (int i = 0; i < taps.length; i++) {
            reversed[i] = taps[taps.length - 1 - i];
        }
        return reversed;
    }

    /** A zero between neighbours. */
    private static double[] spread(double[] taps) {
        double[] spread = new double[2 * taps.length - 1];
        for (int i = 0; i < taps.length; i++) {
            spread[2 * i] = taps[i];
        }
        return spread;
    }

    private static double[] convolve(double[] a, double[] b) {
        double[] result = new double[a.length + b.length - 1];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                result[i + j] += a[i] * b[j];
            }
        }
        return result;
    }

    static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
