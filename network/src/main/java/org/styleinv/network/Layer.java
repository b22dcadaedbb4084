package org.styleinv.network;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A named piece of a network: it declares the variables it owns under their published names and holds no values. Values
 * live in {@link Weights} and reach a layer with each {@link Pass}.
 */
public abstract class Layer {
    protected final String name;
    private final List<Variable> own = new ArrayList<>();
    private final List<Layer> children = new ArrayList<>();
    private final Map<String, Script> derived = new LinkedHashMap<>();

    /** @param name prefix of this layer's variables without the final dot, empty for a whole network */
    protected Layer(String name) {
        this.name = name;
    }

    /** What fills a fresh variable. */
    @FunctionalInterface
    public interface Initializer {
        Initializer ZEROS = (values, random) -> {};
        Initializer ONES = constant(1);
        Initializer NORMAL = normal(1);

        void fill(float[] values, Random random);

        static Initializer constant(float value) {
            return (values, random) -> java.util.Arrays.fill(values, value);
        }

        static Initializer normal(double deviation) {
            return (values, random) -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (deviation * random.nextGaussian());
                }
            };
        }

        static Initializer of(float[] source) {
            return (values, random) -> System.arraycopy(source, 0, values, 0, values.length);
        }
    }

    /** How an array that nobody changes lies best in memory; its shape is the same. */
    public enum Layout {
        /** As files have it: the last axis next to each other. */
        ROWS,
        /** A kernel of a convolution over pictures whose channels lie next to each other: so do its inputs' channels. */
        CHANNELS_LAST,
        /** The same for a transposed convolution, which takes the first two axes the other way round. */
        CHANNELS_LAST_TRANSPOSED
    }

    /**
     * A named array of a network.
     *
     * @param trainable a parameter, else a buffer: never touched by an optimiser, copied as it is by an average
     * @param kernel of a convolution that computes in the precision of its pass, which reads it in that
     */
    public record Variable(
            String name, long[] shape, Initializer initializer, boolean trainable, Layout layout, boolean kernel) {
        public int size() {
            long size = 1;
            for (long side : shape) {
                size *= side;
            }
            return Math.toIntExact(size);
        }
    }

    /** Declares a parameter and returns its full name. */
    protected final String parameter(String key, Initializer initializer, long... shape) {
        return declare(key, initializer, true, shape.length == 4 ? Layout.CHANNELS_LAST : Layout.ROWS, false, shape);
    }

    /**
     * Declares the kernel of a convolution in the pass's precision, {@code [out, in, height, width]}, which may be a transposed one,
     * and returns its full name.
     */
    protected final String kernel(String key, Initializer initializer, boolean transposed, long... shape) {
        Layout layout = transposed ? Layout.CHANNELS_LAST_TRANSPOSED : Layout.CHANNELS_LAST;
        return declare(key, initializer, true, layout, true, shape);
    }

    /** Declares a buffer (not trained) and returns its full name. */
    protected final String buffer(String key, Initializer initializer, long... shape) {
        return declare(key, initializer, false, Layout.ROWS, false, shape);
    }

    private String declare(
            String key, Initializer initializer, boolean trainable, Layout layout, boolean kernel, long... shape) {
        String full = path(key);
        own.add(new Variable(full, shape, initializer, trainable, layout, kernel));
        return full;
    }

    /** Declares that the layer reads what {@code script}, the only one, makes of its variable of that full name: {@link Pass#derived}. */
    protected final void derives(String variable, Script script) {
        derived.put(variable, script);
    }

    /** Adopts a layer built with a name below this one's. */
    protected final <L extends Layer> L child(L layer) {
        children.add(layer);
        return layer;
    }

    protected final String path(String key) {
        return name.isEmpty() ? key : name + "." + key;
    }

    /** All variables, this layer's own first, in the order of declaration. */
    public final List<Variable> variables() {
        List<Variable> all = new ArrayList<>(own);
        children.forEach(child -> all.addAll(child.variables()));
        return all;
    }

    /** What layers make of a variable alone, by its name. */
    final Map<String, Script> derived() {
        Map<String, Script> all = new LinkedHashMap<>(derived);
        children.forEach(child -> all.putAll(child.derived()));
        return all;
    }

    /** Fresh values; equal seeds give equal values. */
    public final Weights initialize(NDManager parent, long seed) {
        Weights weights = new Weights(parent);
        Random random = new Random(seed);
        for (Variable variable : variables()) {
            float[] values = new float[variable.size()];
            variable.initializer().fill(values, random);
            weights.put(variable.name(), values, variable.shape());
        }
        return weights;
    }
}
