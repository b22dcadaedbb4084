package org.styleinv.network;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits rows into batches of one size, so that a row's bits never depend on what else is asked for. libtorch chooses its
 * CPU kernels by the shape of a batch; within one shape a row's result depends on that row alone (ADR 0002).
 */
public final class FixedBatch {
    /**
     * Rows to evaluate together.
     *
     * @param rows exactly as many as every other part has; those from {@code count} on are repeats
     * @param count how many of the results count
     */
    public record Part<T>(List<T> rows, int count) {}

    private final int size; // 0: any

    private FixedBatch(int size) {
        this.size = size;
    }

    /**
     * The size is a function of the model alone, or replicas would differ. A picture of 256 pixels fills a core by itself;
     * small ones are up to three times faster in fours, and one in a batch of four costs what one alone does.
     *
     * @param device on a GPU all rows are one part: frames are not promised to the last bit there
     * @param resolution of the pictures that the network makes or reads
     */
    public static FixedBatch of(Device device, int resolution) {
        boolean cpu = Device.Type.CPU.equals(device.getDeviceType());
        return new FixedBatch(cpu ? Math.max(1, Math.min(4, 256 / resolution)) : 0);
    }

    /** Rows in each part, 0 where any number may be. */
    public int size() {
        return size;
    }

    /** All rows in order, the last part filled up by its last row. */
    public <T> List<Part<T>> parts(List<T> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        if (size == 0) {
            return List.of(new Part<>(List.copyOf(rows), rows.size()));
        }
        List<Part<T>> parts = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += size) {
            List<T> part = new ArrayList<>(rows.subList(from, Math.min(rows.size(), from + size)));
            int count = part.size();
            while (part.size() < size) {
                part.add(part.get(count - 1));
            }
            parts.add(new Part<>(part, count));
        }
        return parts;
    }
}
