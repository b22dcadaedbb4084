package org.styleinv.network.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;

/** Weights and inputs of the full-size fixtures, which are not stored: each value is a hash of its array's name and place. */
final class Recipe {
    /** Of the first published set, whose recipe does not name it. */
    private static final String USUAL_PREFIX = "pubfull:";

    private static final String PREFIX = "_prefix";

    private final JsonNode networks;
    private final String prefix;

    /**
     * @param networks network to key to {@code [shape, a, b]}: values are uniform in {@code [a - b, a + b)}; and
     *     {@code _prefix}, with which every name begins that is hashed
     * @throws IllegalArgumentException where the prefix is empty or no text
     */
    Recipe(JsonNode networks) {
        this.networks = networks;
        prefix = networks.path(PREFIX).asText(USUAL_PREFIX);
        if (networks.has(PREFIX) && (!networks.get(PREFIX).isTextual() || prefix.isEmpty())) {
            throw new IllegalArgumentException("the recipe's " + PREFIX + " is " + networks.get(PREFIX)
                    + "; it wants the text with which every name begins, such as \"" + USUAL_PREFIX + "\"");
        }
    }

    boolean has(String network) {
        return networks.has(network);
    }

    /** Shapes of a network's arrays, each name behind {@code prefix}. */
    Map<String, long[]> shapes(String network, String prefix) {
        JsonNode entries = networks.get(network);
        if (entries == null) {
            throw new IllegalArgumentException("the recipe has no network " + network);
        }
        Map<String, long[]> shapes = new LinkedHashMap<>();
        entries.fields().forEachRemaining(entry -> {
            check(network + ":" + entry.getKey(), entry.getValue());
            JsonNode sides = entry.getValue().path(0);
            long[] shape = new long[sides.size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = sides.get(i).asLong();
            }
            shapes.put(prefix + entry.getKey(), shape);
        });
        return shapes;
    }

    private static void check(String name, JsonNode entry) {
        boolean fits = entry.size() == 3
                && entry.get(0).isArray()
                && entry.get(1).isNumber()
                && entry.get(2).isNumber();
        if (fits) {
            for (JsonNode side : entry.get(0)) {
                fits &= side.isInt() && side.asInt() > 0;
            }
        }
        if (!fits) {
            throw new IllegalArgumentException("the recipe's " + name + " is " + entry + "; it wants [shape, a, b]");
        }
    }

    /**
     * A network's weights. A buffer that the recipe does not list has its usual computed value.
     *
     * @param names the recipe's name of the network for each prefix of our variables' names
     */
    Weights weights(NDManager manager, Layer network, Map<String, String> names) {
        Weights weights = new Weights(manager);
        for (Layer.Variable variable : network.variables()) {
            float[] values = new float[variable.size()];
            if (!fill(variable, names, values)) {
                if (variable.trainable()) {
                    throw new IllegalArgumentException("the recipe does not list " + variable.name());
                }
                variable.initializer().fill(values, new Random(0));
            }
            weights.put(variable.name(), values, variable.shape());
        }
        return weights;
    }

    /** The weights of one network whose names are others in the recipe. */
    Weights weights(NDManager manager, Layer network, String name, UnaryOperator<String> key) {
        Weights weights = new Weights(manager);
        for (Layer.Variable variable : network.variables()) {
            float[] values = new float[variable.size()];
            if (!fill(name, key.apply(variable.name()), variable, values)) {
                throw new IllegalArgumentException("the recipe does not list " + variable.name() + " of " + name);
            }
            weights.put(variable.name(), values, variable.shape());
        }
        return weights;
    }

    private boolean fill(Layer.Variable variable, Map<String, String> names, float[] values) {
        return names.entrySet().stream()
                .filter(part -> variable.name().startsWith(part.getKey()))
                .anyMatch(part -> fill(
                        part.getValue(), variable.name().substring(part.getKey().length()), variable, values));
    }

    private boolean fill(String network, String key, Layer.Variable variable, float[] values) {
        JsonNode entry = networks.path(network).get(key);
        if (entry == null) {
            return false;
        }
        check(network + ":" + key, entry);
        long size = 1;
        for (JsonNode side : entry.get(0)) {
            size *= side.asLong();
        }
        if (size != values.length) {
            throw new IllegalArgumentException("the recipe's " + network + ":" + key + " has shape " + entry.get(0)
                    + ", but the sizes of its neighbours want " + Arrays.toString(variable.shape()));
        }
        hash(
                prefix + network + ":" + key,
                entry.path(1).asDouble(),
                entry.path(2).asDouble(),
                values);
        return true;
    }

    /** An input, uniform in {@code [-b, b)}. */
    NDArray input(NDManager manager, String name, double b, long... shape) {
        float[] values = new float[Math.toIntExact(new Shape(shape).size())];
        hash(prefix + "in:" + name, 0, b, values);
        return manager.create(values, new Shape(shape));
    }

    /** FNV-1a of the name, then SplitMix64; 24 bits make a value. */
    private static void hash(String name, double a, double b, float[] values) {
        long seed = 0xcbf29ce484222325L;
        for (byte c : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ (c & 0xff)) * 0x100000001b3L;
        }
        for (int i = 0; i < values.length; i++) {
            long x = seed + (i + 1) * 0x9E3779B97F4A7C15L;
            x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
            x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
            x ^= x >>> 31;
            values[i] = (float) (a + b * (2 * ((x >>> 40) * 0x1p-24) - 1));
        }
    }
}
