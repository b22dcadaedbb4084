package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
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
            throw new IllegalArgumentException(
                    "no variable " + name + " among " + arrays.size() + " weights; the file is of another architecture");
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

    public void put(String name, float[] values, long... shape) {
        put(name, manager.create(values, new Shape(shape)));
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

    @Override
    public void close() {
        manager.close();
    }
}
