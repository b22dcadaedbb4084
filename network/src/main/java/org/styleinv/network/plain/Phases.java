package org.styleinv.network.plain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Doubling the size without a transposed convolution, which DJL lacks: each of the four pixels that one becomes is a 3x3
 * convolution of its own (a phase), and kernel and FIR filter [1, 3, 3, 1] are folded into one.
 */
final class Phases {
    private static final double[] FIR = {1 / 4.0, 3 / 4.0, 3 / 4.0, 1 / 4.0}; // gain 2 along each axis

    private Phases() {}

    /** What folds a 3x3 kernel, {@code [9, 36]}: the 4 phases' taps from the kernel's, row (phase, tap) by column. */
    static NDArray ofConvolution(NDManager scope) {
        return fold(scope, 3, (m, t) -> {
            double sum = 0; // of FIR taps s that bring kernel tap t = m + s - 1 to offset m
            for (int s = 0; s < FIR.length; s++) {
                sum += m + s - 1 == t ? FIR[s] : 0;
            }
            return sum;
        });
    }

    /** The same for a plain enlargement, {@code [1, 36]}. */
    static NDArray ofEnlargement(NDManager scope) {
        return fold(scope, 1, (m, t) -> m + 1 >= 0 && m + 1 < FIR.length ? FIR[m + 1] : 0);
    }

    private interface Tap {
        double of(int offset, int tap);
    }

    /** Output pixel 2j + a takes input pixel j + k - 1 at the offset a + 2 - 2k; both axes alike. */
    private static NDArray fold(NDManager scope, int taps, Tap tap) {
        float[] matrix = new float[taps * taps * 36];
        int at = 0;
        for (int t = 0; t < taps * taps; t++) {
            for (int phase = 0; phase < 4; phase++) {
                for (int k = 0; k < 9; k++) {
                    double rows = tap.of(phase / 2 + 2 - 2 * (k / 3), t / taps);
                    double columns = tap.of(phase % 2 + 2 - 2 * (k % 3), t % taps);
                    matrix[at++] = (float) (rows * columns);
                }
            }
        }
        return scope.create(matrix, new Shape(taps * taps, 36));
    }

    /** {@code weight [out, in, k, k] -> [4 out, in, 3, 3]}, phases within each output. */
    static NDArray folded(NDArray weight, NDArray fold) {
        long out = weight.getShape().get(0);
        long in = weight.getShape().get(1);
        return weight.reshape(out * in, fold.getShape().get(0))
                .matMul(fold)
                .reshape(out, in, 4, 9)
                .transpose(0, 2, 1, 3)
                .reshape(4 * out, in, 3, 3);
    }

    /** {@code [n, 4 c, h, w] -> [n, c, 2h, 2w]}. */
    static NDArray interleaved(NDArray x) {
        Shape s = x.getShape();
        return x.reshape(s.get(0), s.get(1) / 4, 2, 2, s.get(2), s.get(3))
                .transpose(0, 1, 4, 2, 5, 3)
                .reshape(s.get(0), s.get(1) / 4, 2 * s.get(2), 2 * s.get(3));
    }
}
