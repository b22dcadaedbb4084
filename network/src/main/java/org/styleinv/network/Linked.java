package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.network.Pass.Precision;

/**
 * What a network makes of weights that nobody changes, by one call of one text. A call of a layer's text from Java costs as much as several operators
 * of a small picture. So the first evaluation of inputs of some shapes writes down which texts it calls, and on what; from then on a text that
 * calls the same texts on the same weights is called instead. The operators are the same ones in the same order, and so are the bits.
 */
final class Linked {
    private static final Pattern DEFINITION =
            Pattern.compile("(?s).*?\n  def forward\\(self: __torch__\\.Function, (.*)");

    /**
     * What is evaluated how often.
     *
     * @param layer by identity
     * @param how   of the ways in which it can be evaluated
     */
    private record Key(Layer layer, Object how, Precision precision, List<Shape> shapes) {}

    private record Program(Script script, List<NDArray> weights) {}

    private final Weights weights;
    private final Map<Key, Program> programs = new ConcurrentHashMap<>();

    Linked(Weights weights) {
        this.weights = weights;
    }

    /** As {@link Pass#linked}. */
    NDArray call(Pass pass, Layer layer, Object how, Pass.Body body, List<NDArray> inputs) {
        var key = new Key(
                layer,
                how,
                pass.precision(),
                inputs.stream().map(NDArray::getShape).toList());
        Program program = programs.get(key);
        if (program != null) {
            return program.script.call(pass.scope(), inputs, program.weights);
        }
        var recorder = new Recorder(inputs);
        NDArray result = body.evaluate(pass.with(recorder), inputs);
        programs.put(key, recorder.link(result));
        return result;
    }

    /** Runs texts as they are written, and writes down what was run. */
    private final class Recorder implements Reading {
        private final Map<NDArray, String> names = new IdentityHashMap<>(); // of what is known, in the linked text
        private final Set<NDArray> constant = Collections.newSetFromMap(new IdentityHashMap<>());
        private final List<NDArray> used = new ArrayList<>(); // weights
        private final Map<Script, String> methods = new LinkedHashMap<>();
        private final List<String> lines = new ArrayList<>();

        Recorder(List<NDArray> inputs) {
            for (int i = 0; i < inputs.size(); i++) {
                if (names.put(inputs.get(i), "xs[" + i + "]") != null) {
                    throw new IllegalArgumentException("input " + i + " is another one, too");
                }
            }
            constant.addAll(weights.all());
        }

        @Override
        public NDList call(Script script, Pass pass, NDList arguments) {
            StringBuilder text = new StringBuilder();
            String list = null; // that is being written
            for (NDArray argument : arguments) {
                String name = argument.getName();
                String mine = name != null && name.endsWith("[]") ? name : null;
                if (list != null && !list.equals(mine)) {
                    text.append("], ");
                    list = null;
                }
                if (mine != null && list == null) {
                    text.append('[');
                    list = mine;
                }
                text.append(name(argument)).append(", ");
            }
            text.append(list == null ? "" : "], ");
            NDList results = script.run(pass, arguments);
            if (results.size() != 1) {
                throw new IllegalStateException(
                        "a text of " + results.size() + " results cannot be linked:\n" + script);
            }
            String method = methods.computeIfAbsent(script, fresh -> "f" + methods.size());
            String result = "v" + lines.size();
            lines.add(result + " = (self)." + method + "(" + text + ")");
            names.put(results.get(0), result);
            return results;
        }

        private String name(NDArray array) {
            return names.computeIfAbsent(array, unknown -> {
                if (!constant.contains(unknown)) {
                    throw new IllegalStateException("an array of " + unknown.getShape()
                            + " is neither an input, nor a weight, nor the result of a text: only texts can be linked");
                }
                used.add(unknown);
                return "ws[" + (used.size() - 1) + "]";
            });
        }

        Program link(NDArray result) {
            StringBuilder text = new StringBuilder(
                    "class Function(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
            methods.forEach((script, method) -> {
                Matcher definition = DEFINITION.matcher(script.toString());
                if (!definition.matches()) {
                    throw new IllegalStateException("no function in the text:\n" + script);
                }
                text.append("  def ")
                        .append(method)
                        .append("(self: __torch__.Function, ")
                        .append(definition.group(1));
            });
            text.append("  def forward(self: __torch__.Function, xs: List[Tensor], ws: List[Tensor]) -> Tensor:\n");
            lines.forEach(line -> text.append("    ").append(line).append('\n'));
            text.append("    return ").append(name(result)).append('\n');
            return new Program(Script.ofSource(text.toString()), List.copyOf(used));
        }
    }
}
