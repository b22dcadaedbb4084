package org.styleinv.network.image;

import java.util.function.DoubleUnaryOperator;

/**
 * Antialiased resizing of byte pictures, to the bit as Pillow does it: the kernel widens with the reduction, weights are
 * fixed-point numbers of 22 bits, and the result is rounded to bytes after each of the two directions.
 */
public final class Resize {
    /** Kernels by their published names. */
    public enum Kernel {
        BILINEAR(1, x -> Math.max(0, 1 - Math.abs(x))),
        LANCZOS(3, x -> Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);

        private final double support;
        private final DoubleUnaryOperator weight;

        Kernel(double support, DoubleUnaryOperator weight) {
            this.support = support;
            this.weight = weight;
        }

        private static double sinc(double x) {
            return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
        }
    }

    private static final int BITS = 22;

    /** What one target sample is made of: source samples from {@code first} on, with fixed-point weights. */
    private record Taps(int first, int[] weights) {}

    private Resize() {}

    /**
     * Resizes an interleaved RGB picture.
     *
     * @param rgb {@code [height, width, 3]}
     * @return {@code [toHeight, toWidth, 3]}
     */
    public static byte[] resize(byte[] rgb, int width, int height, int toWidth, int toHeight, Kernel kernel) {
        if (width < 1 || height < 1 || rgb.length != 3 * width * height) {
            throw new IllegalArgumentException("a picture of " + width + " x " + height + " wants "
                    + 3L * width * height + " bytes, got " + rgb.length);
        }
        if (toWidth < 1 || toHeight < 1) {
            throw new IllegalArgumentException("a size must be at least 1 x 1, got " + toWidth + " x " + toHeight);
        }
        byte[] wide = along(rgb, height, 3, 3 * width, taps(width, toWidth, kernel), 3 * toWidth, 3);
        return along(wide, toWidth, 3 * toWidth, 3, taps(height, toHeight, kernel), 3, 3 * toWidth);
    }

    private static Taps[] taps(int from, int to, Kernel kernel) {
        double scale = (double) from / to;
        double width = Math.max(scale, 1);
        double support = kernel.support * width;
        Taps[] taps = new Taps[to];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            int first = Math.max(0, (int) (centre - support + 0.5));
            int end = Math.min(from, (int) (centre + support + 0.5));
            double[] weights = new double[end - first];
            double sum = 0;
            for (int k = 0; k < weights.length; k++) {
                weights[k] = kernel.weight.applyAsDouble((k + first - centre + 0.5) / width);
                sum += weights[k];
            }
            int[] fixed = new int[weights.length];
            for (int k = 0; k < weights.length; k++) {
                double weight = weights[k] / sum * (1 << BITS);
                fixed[k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            taps[i] = new Taps(first, fixed);
        }
        return taps;
    }

    /** Resizes some lines; strides in bytes, of source and of target. */
    private static byte[] along(
            byte[] source,
            int lines,
            int pixelStride,
            int lineStride,
            Taps[] taps,
            int toLineStride,
            int toPixelStride) {
        byte[] target = new byte[3 * lines * taps.length];
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < taps.length; i++) {
                for (int c = 0; c < 3; c++) {
                    int sum = 1 << (BITS - 1);
                    int at = line * lineStride + taps[i].first() * pixelStride + c;
                    for (int weight : taps[i].weights()) {
                        sum += (source[at] & 255) * weight;
                        at += pixelStride;
                    }
                    int value = Math.max(0, Math.min(255, sum >> BITS));
                    target[line * toLineStride + i * toPixelStride + c] = (byte) value;
                }
            }
        }
        return target;
    }
}
