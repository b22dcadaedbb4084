package org.styleinv.network.parity.check;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.styleinv.network.Layer;
import org.styleinv.network.parity.fixture.Npz;

/** Collects verdicts. */
public final class Checks {
    private final List<Check> all = new ArrayList<>();
    private final Consumer<Check> listener;
    private Misses misses = Misses.NONE;

    public Checks(Consumer<Check> listener) {
        this.listener = listener;
    }

    /** Hands differences to {@code misses}, too, where they can be differentiated. */
    Checks and(Misses other) {
        misses = other;
        return this;
    }

    public List<Check> all() {
        return all;
    }

    public void add(Check check) {
        all.add(check);
        listener.accept(check);
    }

    public void failed(String file, String array, String note) {
        add(Check.failed(file, array, note));
    }

    /** Largest error relative to the largest reference value against {@code tolerance}. */
    public void compare(Npz reference, String array, NDArray actual, double tolerance) {
        compare(reference, array, "", actual, tolerance);
    }

    /** The same for a second way to the same array; {@code way} is added to its name. */
    public void compare(Npz reference, String array, String way, NDArray actual, double tolerance) {
        double[] expected = reference.get(array).values();
        compare(reference.file(), array + way, expected, doubles(actual), tolerance);
        misses.array(actual, expected, tolerance * largest(expected));
    }

    public void compare(Npz reference, String array, String way, double[] actual, double tolerance) {
        compare(reference.file(), array + way, reference.get(array).values(), actual, tolerance);
    }

    void compare(String file, String array, double[] expected, double[] actual, double tolerance) {
        if (expected.length != actual.length) {
            failed(file, array, "it has " + expected.length + " values, ours " + actual.length);
            return;
        }
        double error = largestError(expected, actual);
        double scale = largest(expected);
        double relative = error == 0 ? 0 : error / scale;
        add(new Check(file, array, error, relative, tolerance, relative <= tolerance, ""));
    }

    /** Largest absolute error against {@code tolerance}: for pixels and other whole numbers. */
    public void compareAbsolutely(Npz reference, String array, double[] actual, double tolerance) {
        double[] expected = reference.get(array).values();
        if (expected.length != actual.length) {
            failed(reference.file(), array, "it has " + expected.length + " values, ours " + actual.length);
            return;
        }
        double error = largestError(expected, actual);
        double scale = largest(expected);
        add(new Check(
                reference.file(), array, error, error == 0 ? 0 : error / scale, tolerance, error <= tolerance, ""));
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** Infinite where either side is not a finite number. */
    private static double largestError(double[] expected, double[] actual) {
        double error = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(actual[i] - expected[i]);
            error = Double.isFinite(difference) ? Math.max(error, difference) : Double.POSITIVE_INFINITY;
        }
        return error;
    }

    public static double[] doubles(NDArray array) {
        if (array.getDataType() == DataType.FLOAT64) {
            return array.toDoubleArray();
        }
        float[] values = array.toFloatArray();
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /**
     * Norm, sum and first element of each parameter's gradient; errors are relative to the norm. A norm that is zero but
     * for rounding counts as {@link Tolerance#GRADIENT_NOISE} of the largest one.
     *
     * @param prefix of our names that the file leaves out
     * @param gradients of the trainable variables of {@code network}, in its order
     */
    public void compareGradients(
            String file, JsonNode statistics, String prefix, Layer network, List<NDArray> gradients) {
        double largest = 0;
        for (JsonNode entry : statistics) {
            largest = Math.max(largest, entry.path(0).asDouble(Double.NaN));
        }
        double floor = largest * Tolerance.GRADIENT_NOISE / Tolerance.GRADIENT;
        Map<String, NDArray> byName = new java.util.LinkedHashMap<>();
        int i = 0;
        for (Layer.Variable variable : network.variables()) {
            if (variable.trainable()) {
                String name = variable.name();
                byName.put(name.startsWith(prefix) ? name.substring(prefix.length()) : name, gradients.get(i++));
            }
        }
        for (Iterator<Map.Entry<String, JsonNode>> fields = statistics.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            NDArray gradient = byName.get(field.getKey());
            if (gradient == null || !isNumbers(field.getValue(), 3)) {
                failed(file, field.getKey(), gradient == null ? "no such parameter here" : "it wants three numbers");
                continue;
            }
            double norm = field.getValue().get(0).asDouble(Double.NaN);
            double[] expected = {
                norm,
                field.getValue().get(1).asDouble(Double.NaN),
                field.getValue().get(2).asDouble(Double.NaN)
            };
            double[] actual = statistics(doubles(gradient));
            double scale = Math.max(norm, floor);
            double absolute = largestError(expected, actual);
            // The sum of n errors is at most sqrt(n) times their norm.
            double error = Math.max(
                    Math.max(Math.abs(actual[0] - expected[0]), Math.abs(actual[2] - expected[2])),
                    Math.abs(actual[1] - expected[1]) / Math.sqrt(gradient.size()));
            error /= scale;
            error = Double.isFinite(absolute) ? error : absolute;
            add(new Check(file, field.getKey(), absolute, error, Tolerance.GRADIENT, error <= Tolerance.GRADIENT, ""));
            misses.statistics(gradient, expected, scale * Tolerance.GRADIENT);
        }
        double noise = (Double.isFinite(largest) ? largest : 0) * Tolerance.GRADIENT_NOISE;
        byName.forEach((name, gradient) -> {
            if (!statistics.has(name) && statistics(doubles(gradient))[0] > noise) {
                failed(file, name, "the file does not list it");
            }
        });
    }

    /** Whether an entry holds so many numbers and nothing else. */
    public static boolean isNumbers(JsonNode entry, int count) {
        boolean numbers = entry.isArray() && entry.size() == count;
        for (JsonNode value : entry) {
            numbers &= value.isNumber();
        }
        return numbers;
    }

    /** Buffers that we compute ourselves, by the ends of their names, against those that the file holds. */
    public void compareComputed(Npz weights, Layer network, String... ends) {
        for (Layer.Variable variable : network.variables()) {
            if (java.util.Arrays.stream(ends).anyMatch(variable.name()::endsWith)) {
                float[] values = new float[variable.size()];
                variable.initializer().fill(values, new java.util.Random(0));
                double[] ours = new double[values.length];
                for (int i = 0; i < ours.length; i++) {
                    ours[i] = values[i];
                }
                compare(weights, variable.name(), " computed", ours, Tolerance.ELEMENTWISE);
            }
        }
    }

    /** {@code [norm, sum, first]}. */
    private static double[] statistics(double[] values) {
        double square = 0;
        double sum = 0;
        for (double value : values) {
            square += value * value;
            sum += value;
        }
        return new double[] {Math.sqrt(square), sum, values[0]};
    }
}
