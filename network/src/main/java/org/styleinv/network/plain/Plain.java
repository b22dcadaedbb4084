package org.styleinv.network.plain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.Weights;

/**
 * One evaluation in plain eager DJL: the operations that the plain networks share, and a count of their multiplications.
 * What convolutions and products must do by their shapes is counted, not what a formulation does on top.
 */
public final class Plain {
    private final NDManager scope;
    private final Weights weights;
    private final Map<Float, NDArray> constants = new HashMap<>();
    private final Map<String, Long> multiplications = new HashMap<>(); // by the weight that was read last
    private String weight = "";

    /** @param scope owner of every result */
    public Plain(NDManager scope, Weights weights) {
        this.scope = scope;
        this.weights = weights;
    }

    public NDManager scope() {
        return scope;
    }

    /** Useful operations so far: two for each multiplication of a convolution or a product. */
    public double flop() {
        return 2.0 * multiplications.values().stream().mapToLong(count -> count).sum();
    }

    /** The same by the names of the kernels and matrices. */
    public Map<String, Double> flopByWeight() {
        Map<String, Double> flop = new HashMap<>();
        multiplications.forEach((name, count) -> flop.put(name, 2.0 * count));
        return flop;
    }

    boolean has(String name) {
        return weights.has(name);
    }

    /** A variable as a view that the scope owns: what is made of it then is the scope's, too. */
    NDArray value(String name) {
        NDArray value = weights.get(name);
        if (name.endsWith(".weight") && value.getShape().dimension() > 1) {
            weight = name;
        }
        NDArray view = value.reshape(value.getShape());
        view.attach(scope);
        return view;
    }

    /** A number that lives as long as the scope: DJL frees those of {@code x.mul(2f)}, which a gradient still reads. */
    NDArray constant(double number) {
        return constants.computeIfAbsent((float) number, scope::create);
    }

    NDArray times(NDArray x, double factor) {
        return x.mul(constant(factor));
    }

    NDArray leakyRelu(NDArray x) {
        return Activation.leakyRelu(x, 0.2f);
    }

    NDArray clamp(NDArray x, double bound) {
        return bound > 0 ? x.clip(-bound, bound) : x;
    }

    /** {@code x [n, in] -> x (gW)ᵀ + m b [n, out]}, of a fully connected layer with learning rate multiplier m. */
    NDArray fullyConnected(String name, NDArray x, double multiplier) {
        NDArray weight = value(name + ".weight");
        long in = weight.getShape().get(1);
        count(x.getShape().get(0) * weight.getShape().size());
        return x.matMul(times(weight, multiplier / Math.sqrt(in)).transpose())
                .add(times(value(name + ".bias"), multiplier));
    }

    /** A convolution; {@code bias} null for none. Every multiplication of it counts as useful. */
    NDArray conv(NDArray x, NDArray weight, @Nullable NDArray bias, int stride, int pad) {
        NDArray y = conv(x, weight, bias, stride, pad, 1);
        Shape shape = y.getShape();
        count(shape.get(0) * shape.get(2) * shape.get(3) * weight.getShape().size());
        return y;
    }

    /** A convolution in groups, which counts as nothing: a filter. */
    NDArray conv(NDArray x, NDArray weight, @Nullable NDArray bias, int stride, int pad, int groups) {
        return Conv2d.conv2d(x, weight, bias, new Shape(stride, stride), new Shape(pad, pad), new Shape(1, 1), groups)
                .get(0);
    }

    /** Counts multiplications of something that is executed in another form than it is defined in. */
    void count(long useful) {
        multiplications.merge(weight, useful, Long::sum);
    }

    /** Of each feature map, {@code [n, c, h, w] -> [n, c, 1, 1]}: DJL's own mean takes one axis. */
    NDArray mean(NDArray x) {
        Shape shape = x.getShape();
        return times(x.sum(new int[] {2, 3}, true), 1.0 / (shape.get(2) * shape.get(3)));
    }

    /** {@code [n, c] -> [n, c, 1, 1]}. */
    static NDArray column(NDArray x) {
        return x.reshape(x.getShape().get(0), x.getShape().get(1), 1, 1);
    }
}
