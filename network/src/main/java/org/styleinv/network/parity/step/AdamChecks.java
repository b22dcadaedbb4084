package org.styleinv.network.parity.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.parity.check.Check;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Derivatives;
import org.styleinv.network.parity.check.Tolerance;

/**
 * The change of every parameter in Adam's first step. It is as long as the rate, whatever a gradient's size, so that a
 * gradient whose sign float32 does not decide moves its element either way, or less far where it is as small as epsilon.
 */
final class AdamChecks {
    private static final Adam.Config OPTIMISER = new Adam.Config(1e-4, 0, 0.99, 1e-8, 0);
    /** As many times this machine's largest error of a parameter's gradient may be any machine's. */
    private static final double REACH = 2;

    private final String file;
    private final JsonNode reference;
    private final List<String> names;
    private final Layer network;
    private final Weights weights;
    private final Supplier<List<double[]>> rounded;
    private List<double[]> floats = List.of();

    /**
     * @param weights before the step
     * @param rounded the gradients in float32; asked for once, where a change is not met
     */
    AdamChecks(String file, JsonNode reference, Layer network, Weights weights, Supplier<List<double[]>> rounded) {
        this.file = file;
        this.reference = reference;
        this.network = network;
        this.weights = weights;
        this.rounded = rounded;
        names = network.variables().stream()
                .filter(Layer.Variable::trainable)
                .map(Layer.Variable::name)
                .toList();
    }

    /** What a step changed of one parameter. */
    private record Change(double[] gradient, double[] before, double[] after) {
        /** Elements whose gradients are not larger than {@code reach}. */
        private boolean[] undecided(double reach) {
            boolean[] undecided = new boolean[gradient.length];
            for (int i = 0; i < undecided.length; i++) {
                undecided[i] = Math.abs(gradient[i]) <= reach;
            }
            return undecided;
        }

        /** Error relative to what the whole step is, where undecided elements may move by up to the rate. */
        double error(double norm, double sum, boolean[] undecided) {
            double decided = 0;
            double total = 0;
            double magnitude = 0;
            double free = 0;
            for (int i = 0; i < after.length; i++) {
                double change = after[i] - before[i];
                decided += undecided[i] ? 0 : change * change;
                free += undecided[i] ? 1 : 0;
                total += after[i];
                magnitude += Math.abs(after[i]);
            }
            double rate = OPTIMISER.rate();
            double least = Math.sqrt(decided);
            double most = Math.sqrt(decided + free * rate * rate);
            double normError = Math.max(0, Math.max(least - norm, norm - most));
            double sumError = Math.max(0, Math.abs(total - sum) - 2 * rate * free);
            // The reference sums float32 values.
            double rounding = Tolerance.ELEMENTWISE / Tolerance.ADAM_STEP * magnitude;
            double error = Math.max(normError == 0 ? 0 : normError / norm, sumError / (rate * after.length + rounding));
            return Double.isFinite(total + norm + sum) ? error : Double.POSITIVE_INFINITY;
        }
    }

    /** @param gradients of all parameters, in a run's type */
    void compare(Derivatives.Run run, NDList gradients) {
        Weights stepped = weights.copy(run.scope());
        List<NDArray> parameters = stepped.parameters(network);
        List<double[]> before = parameters.stream().map(Checks::doubles).toList();
        List<double[]> exact = gradients.stream().map(Checks::doubles).toList();
        double noise = Tolerance.GRADIENT_NOISE
                * exact.stream().mapToDouble(AdamChecks::norm).max().orElse(0);
        NDList single = new NDList(gradients.stream()
                .map(gradient -> gradient.toType(DataType.FLOAT32, true))
                .toArray(NDArray[]::new));
        try (Adam adam = new Adam(run.scope(), parameters, OPTIMISER)) {
            adam.step(single, 1);
        }
        for (Iterator<Map.Entry<String, JsonNode>> fields = reference.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            int i = names.indexOf(field.getKey());
            if (i < 0 || !Checks.isNumbers(field.getValue(), 2)) {
                run.checks().failed(file, field.getKey(), i < 0 ? "no such parameter here" : "it wants two numbers");
                continue;
            }
            Change change = new Change(exact.get(i), before.get(i), Checks.doubles(parameters.get(i)));
            // Where a whole gradient is rounding noise, every sign is chance.
            double reach = norm(exact.get(i)) > noise ? -1 : Double.POSITIVE_INFINITY;
            run.checks().add(check(field.getKey(), field.getValue(), change, i, reach));
        }
        names.stream().filter(name -> !reference.has(name)).forEach(name -> run.checks()
                .failed(file, name, "the file does not list it"));
    }

    private Check check(String name, JsonNode stored, Change change, int index, double reach) {
        double norm = stored.get(0).asDouble(Double.NaN);
        double sum = stored.get(1).asDouble(Double.NaN);
        double absolute = Math.abs(Arrays.stream(change.after).sum() - sum);
        double error = change.error(norm, sum, change.undecided(reach));
        String note = "";
        if (error > Tolerance.ADAM_STEP && Double.isFinite(error)) {
            boolean[] undecided = change.undecided(REACH * stray(change.gradient, index));
            double allowed = change.error(norm, sum, undecided);
            if (allowed <= Tolerance.ADAM_STEP) {
                int count = 0;
                for (boolean element : undecided) {
                    count += element ? 1 : 0;
                }
                error = allowed;
                note = String.format(
                        Locale.ROOT,
                        "met where %d of %d elements, whose gradients float32 cannot tell from zero, go either way",
                        count,
                        undecided.length);
            }
        }
        boolean ok = error <= Tolerance.ADAM_STEP;
        return new Check(file, name, absolute, error, Tolerance.ADAM_STEP, ok, note);
    }

    /** How far float32 strays in a parameter's gradient, here. */
    private double stray(double[] gradient, int index) {
        if (floats.isEmpty()) {
            floats = rounded.get();
        }
        double stray = 0;
        for (int k = 0; k < gradient.length; k++) {
            stray = Math.max(stray, Math.abs(floats.get(index)[k] - gradient[k]));
        }
        return stray;
    }

    private static double norm(double[] values) {
        double square = 0;
        for (double value : values) {
            square += value * value;
        }
        return Math.sqrt(square);
    }
}
