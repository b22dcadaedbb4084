package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values of a network's variables under their published names. Owns its arrays: closing it frees them. */
public final class Weights implements AutoCloseable {
    private final NDManager manager;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    public Weights(NDManager parent) {
        manager = parent.newSubManager();
    }

    public NDManager manager() {
        return manager;
    }

    /** The array of that name; an array never leaves its weights, so do not start an eager expression with it. */
    public NDArray get(String name) {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("no variable " + name + " among " + arrays.size()
                    + " weights; the file is of another architecture");
        }
        return array;
    }

    public boolean has(String name) {
        return arrays.containsKey(name);
    }

    public void put(String name, NDArray array) {
        array.detach();
        array.attach(manager);
        array.setName(null); // DJL reads names with dots as dictionary arguments
        NDArray old = arrays.put(name, array);
        if (old != null && old != array) {
            old.close();
        }
    }

    /** Copies the values to memory of libtorch's own: it is aligned, on which the last bit of a product can depend. */
    public void put(String name, float[] values, long... shape) {
        try (NDArray array = manager.create(values, new Shape(shape))) {
            put(name, array.duplicate());
        }
    }

    public Set<String> names() {
        return arrays.keySet();
    }

    public Map<String, NDArray> arrays() {
        return arrays;
    }

    /** The trainable parameters of {@code network} in its order, ready to be differentiated by. */
    public List<NDArray> parameters(Layer network) {
        List<NDArray> parameters = new ArrayList<>();
        for (Layer.Variable variable : network.variables()) {
            if (variable.trainable()) {
                NDArray array = get(variable.name());
                array.setRequiresGradient(true);
                parameters.add(array);
            }
        }
        return parameters;
    }

    /** A deep copy that belongs to {@code parent}. */
    public Weights copy(NDManager parent) {
        Weights copy = new Weights(parent);
        arrays.forEach((name, array) -> copy.put(name, array.duplicate()));
        return copy;
    }

    /** Writes all arrays as a safetensors file; a reader sees the old file or the new one, never half of it. */
    public void save(Path file) throws IOException {
        SafeTensors.write(file, arrays);
    }

    /**
     * Reads the variables of {@code network}.
     *
     * @throws IOException naming the file and the tensor, where the file is damaged or of another architecture, or a
     *     value is not finite
     */
    public static Weights load(NDManager parent, Path file, Layer network) throws IOException {
        Map<String, Layer.Variable> expected = new LinkedHashMap<>();
        network.variables().forEach(variable -> expected.put(variable.name(), variable));
        Weights weights = new Weights(parent);
        try {
            SafeTensors.read(file, (name, tensor) -> {
                Layer.Variable variable = expected.remove(name);
                if (variable == null) {
                    throw new IOException(file + ": tensor " + name + " is not one of this architecture");
                }
                if (!Arrays.equals(variable.shape(), tensor.shape())) {
                    throw new IOException(file + ": tensor " + name + " has shape " + Arrays.toString(tensor.shape())
                            + ", but this architecture has " + Arrays.toString(variable.shape()));
                }
                for (float value : tensor.values()) {
                    if (!Float.isFinite(value)) {
                        throw new IOException(
                                file + ": tensor " + name + " holds " + value + "; its training diverged");
                    }
                }
                weights.put(name, tensor.values(), tensor.shape());
            });
            if (!expected.isEmpty()) {
                throw new IOException(file + ": tensor "
                        + expected.keySet().iterator().next() + " is missing (" + expected.size() + " in all)");
            }
            return weights;
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
