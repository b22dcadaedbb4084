package org.styleinv.network;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.styleinv.network.Pass.Precision;

/**
 * Splits rows into batches of fixed sizes, so that a row's bits never depend on what else is asked for. libtorch chooses its
 * CPU kernels by the shape of a batch; within one shape a row's result depends on that row alone, or the trial finds that it does
 * not. Larger shapes are used only where the trial has shown that they give the same bits (ADR 0002).
 */
public final class FixedBatch {
    /** The largest part that is tried, in parts of the least size. */
    private static final int MOST = 4;

    private static final int LEAST_IN_HALF_ON_GPU = 8;

    /**
     * Rows to evaluate together.
     *
     * @param rows of a fixed number; those from {@code count} on are repeats
     * @param count how many of the results count
     */
    public record Part<T>(List<T> rows, int count) {}

    private final int size; // the least, 0: any
    private final List<Integer> larger; // multiples of it, the largest first

    private FixedBatch(int size, List<Integer> larger) {
        this.size = size;
        this.larger = larger;
    }

    /**
     * The size is a function of the model alone, or replicas would differ. A picture of 256 pixels fills a core by itself;
     * small ones are up to three times faster in fours, and one in a batch of four costs what one alone does.
     *
     * @param device on a GPU all rows are one part: frames are promised to 1/255 there, not to the last bit
     * @param resolution of the pictures that the network makes or reads
     */
    public static FixedBatch of(Device device, int resolution) {
        return of(device, resolution, Precision.FLOAT32);
    }

    /**
     * As the other; of 16 bits a rounding is as large as 1/255 or larger, so that a GPU has parts of fixed sizes, too
     * (ADR 0023).
     */
    public static FixedBatch of(Device device, int resolution, Precision precision) {
        boolean cpu = Device.Type.CPU.equals(device.getDeviceType());
        int onGpu = precision == Precision.FLOAT32 ? 0 : LEAST_IN_HALF_ON_GPU;
        return new FixedBatch(cpu ? Math.max(1, Math.min(4, 256 / resolution)) : onGpu, List.of());
    }

    /**
     * The same after a trial of this machine: with larger parts besides, as far as they give the same bits, since small pictures
     * cost half as much in sixteens as in fours; and with rows one by one where already the place in a part changes a bit, as MKL's
     * products do on a CPU without AVX2. What is not the same is not used, so no frame depends on it.
     *
     * @param row the rows of the trial, each another
     * @param evaluate the network: the values of rows, one row's after another's
     */
    public <T> FixedBatch tried(IntFunction<T> row, Function<List<T>, float[]> evaluate) {
        if (size < 2) {
            return this; // any size is allowed, or one row fills a core
        }
        List<T> rows = IntStream.range(0, MOST * size).mapToObj(row).toList();
        float[] expected = alone(rows, size, evaluate);
        int least = size;
        if (!Arrays.equals(expected, inParts(rows, size, evaluate))) {
            least = 1;
            expected = alone(rows, 1, evaluate);
        }
        List<Integer> same = new ArrayList<>();
        for (int count = rows.size(); count > least; count /= 2) {
            if (Arrays.equals(expected, inParts(rows, count, evaluate))) {
                same.add(count);
            }
        }
        return new FixedBatch(least, List.copyOf(same));
    }

    /** Each row in a part of its own, filled up by repeats. */
    private static <T> float[] alone(List<T> rows, int count, Function<List<T>, float[]> evaluate) {
        float[] all = {};
        for (T row : rows) {
            float[] values = evaluate.apply(Collections.nCopies(count, row));
            all = joined(all, values, values.length / count);
        }
        return all;
    }

    private static <T> float[] inParts(List<T> rows, int count, Function<List<T>, float[]> evaluate) {
        float[] all = {};
        for (int from = 0; from < rows.size(); from += count) {
            float[] values = evaluate.apply(rows.subList(from, from + count));
            all = joined(all, values, values.length);
        }
        return all;
    }

    private static float[] joined(float[] head, float[] tail, int count) {
        float[] all = Arrays.copyOf(head, head.length + count);
        System.arraycopy(tail, 0, all, head.length, count);
        return all;
    }

    /** Least number of rows in a part, 0 where any number may be. */
    public int size() {
        return size;
    }

    /** All rows in order, in the largest parts that they fill; the last part filled up by its last row. */
    public <T> List<Part<T>> parts(List<T> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        if (size == 0) {
            return List.of(new Part<>(List.copyOf(rows), rows.size()));
        }
        List<Part<T>> parts = new ArrayList<>();
        for (int from = 0; from < rows.size(); ) {
            int left = rows.size() - from;
            int target =
                    larger.stream().filter(count -> count <= left).findFirst().orElse(size);
            List<T> part = new ArrayList<>(rows.subList(from, Math.min(rows.size(), from + target)));
            int count = part.size();
            while (part.size() < target) {
                part.add(part.get(count - 1));
            }
            parts.add(new Part<>(part, count));
            from += target;
        }
        return parts;
    }
}
