package org.styleinv.network.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.file.SafeTensors.Entry;
import org.styleinv.network.file.SafeTensors.Source;
import org.styleinv.network.file.SafeTensors.Type;

/** What published files hold beside weights, so that others can load ours: FIR filters and counters of batches. */
public final class Constants {
    private static final long[] FILTER_SHAPE = {4, 4};

    private Constants() {}

    /** The filter [1, 3, 3, 1] as published, in two dimensions with the sum 1. StyleGAN2 (Karras et al. 2020), B. */
    private static ByteBuffer filter() {
        float[] taps = {1, 3, 3, 1};
        ByteBuffer values = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        for (float row : taps) {
            for (float column : taps) {
                values.putFloat(row * column / 64);
            }
        }
        return values.flip();
    }

    public static boolean isFilter(long[] shape, ByteBuffer values) {
        return Arrays.equals(shape, FILTER_SHAPE) && values.equals(filter());
    }

    /** {@code tensors} and what a published file of that network has besides. */
    public static List<Source> complete(List<Source> tensors) {
        List<Source> all = new ArrayList<>(tensors);
        Set<String> names = new LinkedHashSet<>();
        tensors.forEach(tensor -> names.add(tensor.entry().name()));
        for (String name : List.copyOf(names)) {
            for (Source constant : constants(name)) {
                if (names.add(constant.entry().name())) {
                    all.add(constant);
                }
            }
        }
        return all;
    }

    private static List<Source> constants(String name) {
        if (name.endsWith(".running_var")) {
            String counter = name.replaceFirst("running_var$", "num_batches_tracked");
            return List.of(new Source(new Entry(counter, Type.I64, new long[0]), () -> ByteBuffer.allocate(8)));
        }
        if (name.matches("synthesis\\.b\\d+\\.conv[01]\\.weight")) {
            String conv = name.replaceFirst("weight$", "resample_filter");
            String block = name.replaceFirst("conv[01]\\.weight$", "resample_filter");
            return List.of(filter(block), filter(conv));
        }
        return List.of();
    }

    /** The same tensor under another name. */
    public static Source renamed(String name, Source source) {
        Entry entry = source.entry();
        return new Source(new Entry(name, entry.type(), entry.shape()), source.values());
    }

    private static Source filter(String name) {
        return new Source(new Entry(name, SafeTensors.Type.F32, FILTER_SHAPE), Constants::filter);
    }
}
