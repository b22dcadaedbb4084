package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Pass;
import org.styleinv.network.Reading;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

/**
 * Times each text that a network runs, and counts what it multiplies and the bytes that come in and go out. A text belongs to the layer whose
 * weights it reads; one that reads none is called by its first operator, behind the layer before it.
 */
final class LayerProfile implements Reading {
    private static final Pattern OPERATOR = Pattern.compile("torch\\.(\\w+)\\(");
    private static final Script CORNER =
            Script.of("x: Tensor -> Tensor", "return torch.select(torch.flatten(x), 0, 0)");

    /** A layer's work in all runs together. */
    static final class Work {
        private long nanos;
        private long calls;
        private double flop;
        private double bytes;

        long nanos() {
            return nanos;
        }

        long calls() {
            return calls;
        }

        double flop() {
            return flop;
        }

        double bytes() {
            return bytes;
        }
    }

    private final Map<String, Double> flop;
    private final Map<NDArray, String> names = new IdentityHashMap<>();
    private final Map<String, Work> layers = new LinkedHashMap<>();
    private String last = "";

    /** @param flop of one run, by the names of kernels and matrices */
    LayerProfile(Weights weights, Map<String, Double> flop) {
        this.flop = flop;
        weights.arrays().forEach((name, array) -> names.put(array, name));
    }

    Map<String, Work> layers() {
        return layers;
    }

    @Override
    public NDList call(Script script, Pass pass, NDList arguments) {
        long begun = System.nanoTime();
        NDList results = Reading.WRITTEN.call(script, pass, arguments);
        if (pass.scope().getDevice().isGpu()) {
            Reading.WRITTEN
                    .call(CORNER, pass, new NDList(results.get(0)))
                    .get(0)
                    .toFloatArray(); // done when it is here
        }
        long nanos = System.nanoTime() - begun;
        Work work = layers.computeIfAbsent(layer(script, arguments), any -> new Work());
        work.nanos += nanos;
        work.calls++;
        for (NDArray argument : arguments) {
            work.flop += flop.getOrDefault(names.getOrDefault(argument, ""), 0.0);
        }
        work.bytes += bytes(arguments) + bytes(results);
        return results;
    }

    private String layer(Script script, NDList arguments) {
        for (NDArray argument : arguments) {
            String name = names.get(argument);
            if (name != null) {
                last = name.substring(0, Math.max(0, name.lastIndexOf('.')));
                return last;
            }
        }
        Matcher operator = OPERATOR.matcher(script.toString());
        return last + " " + (operator.find() ? operator.group(1) : "text");
    }

    private static double bytes(NDList arrays) {
        double bytes = 0;
        for (NDArray array : arrays) {
            int each = array.getDataType().getNumOfBytes();
            bytes += (double) array.size() * (each == 0 ? 2 : each); // DJL does not know bfloat16
        }
        return bytes;
    }
}
