package org.styleinv.network.parity.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How fixtures show large arrays: every so-many-th pixel, or means of squares of pixels. */
public final class Views {
    private Views() {}

    /** Every so-many-th pixel, as many as {@code shape} has: {@code [n, c, h, w] -> shape}, its first channels. */
    public static NDArray strided(NDArray x, long[] shape) {
        if (shape.length != 4) {
            throw new IllegalArgumentException(
                    "a reference of four axes was expected, got " + java.util.Arrays.toString(shape));
        }
        return x.get(String.format(
                Locale.ROOT, ":, :%d, ::%d, ::%d", shape[1], stride(x, 2, shape[2]), stride(x, 3, shape[3])));
    }

    private static long stride(NDArray x, int axis, long stored) {
        long size = x.getShape().get(axis);
        if (stored < 1 || stored > size) {
            throw new IllegalArgumentException(
                    "a reference of " + stored + " pixels cannot show a side of " + size + " pixels");
        }
        return (size + stored - 1) / stored;
    }

    /** Means of squares: {@code [n, c, r, r] -> [n, c, stored, stored]}. */
    public static NDArray pooled(NDArray image, int stored) {
        long n = image.getShape().get(0);
        long c = image.getShape().get(1);
        long factor = image.getShape().get(2) / stored;
        return image.reshape(n, c, stored, factor, stored, factor)
                .mean(new int[] {5})
                .mean(new int[] {3});
    }

    /** {@code [n, numWs, wDim] -> numWs x [n, wDim]}. */
    public static List<NDArray> layers(NDArray ws) {
        return new NDList(IntStream.range(0, (int) ws.getShape().get(1))
                .mapToObj(i -> ws.get(":, " + i))
                .toArray(NDArray[]::new));
    }

    /** {@code w [n, wDim] -> [n, numWs, wDim]}. */
    public static NDArray broadcast(NDArray w, int numWs) {
        return w.expandDims(1).repeat(1, numWs);
    }

    /** The first rows. */
    public static NDArray rows(NDArray x, long count) {
        return x.get("0:" + count);
    }

    /** {@code [mean, standard deviation (n - 1), largest absolute value]}, in float64. */
    public static double[] statistics(NDArray x) {
        double[] values = Checks.doubles(x);
        double sum = 0;
        double largest = 0;
        for (double value : values) {
            sum += value;
            largest = Math.max(largest, Math.abs(value));
        }
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return new double[] {mean, Math.sqrt(squares / (values.length - 1)), largest};
    }
}
