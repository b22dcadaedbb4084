package org.styleinv.network.checkpoint.torch;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A module of PyTorch as its pickle describes it: its class's name, its attributes, and in those its parameters, buffers
 * and children. Its source text, where the file has it, was never looked at.
 */
public final class PyModule {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_MODULES = 20_000;
    private static final int MAX_TENSORS = 50_000;

    private final String className;
    private Map<?, ?> attributes = Map.of();

    PyModule(String className) {
        this.className = className;
    }

    void build(Map<?, ?> state) {
        attributes = state;
    }

    public String className() {
        return className;
    }

    /** An attribute, empty where it is absent or None; what holds a configuration is unwrapped. */
    public Optional<Object> attribute(String name) {
        return Optional.ofNullable(unwrap(attributes.get(name)));
    }

    /** A value in nested configurations, such as {@code mapping_opts motion kernel_size}. */
    public Optional<Object> attribute(String name, String... path) {
        Optional<Object> value = attribute(name);
        for (String key : path) {
            value = value.map(map -> map instanceof Map<?, ?> some ? unwrap(some.get(key)) : null);
        }
        return value;
    }

    /** The module at a dotted path such as {@code synthesis.b4.conv1}. */
    public Optional<PyModule> child(String path) {
        PyModule module = this;
        for (String name : path.split("\\.")) {
            if (!(module.attributes.get("_modules") instanceof Map<?, ?> children)
                    || !(children.get(name) instanceof PyModule child)) {
                return Optional.empty();
            }
            module = child;
        }
        return Optional.of(module);
    }

    /**
     * All parameters and buffers under their dotted names, as PyTorch's {@code state_dict} gives them.
     *
     * @throws IllegalArgumentException in a part of a sentence, where the tree is no tree
     */
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        collect("", found, 0, new int[] {MAX_MODULES});
        return found;
    }

    private void collect(String prefix, Map<String, Tensor> found, int depth, int[] left) {
        if (depth > MAX_DEPTH || --left[0] < 0) {
            throw new IllegalArgumentException("nests its modules without end");
        }
        add(prefix, "_parameters", List.of(), found);
        Object hidden = attributes.get("_non_persistent_buffers_set");
        add(prefix, "_buffers", hidden instanceof Collection<?> names ? names : List.of(), found);
        if (attributes.get("_modules") instanceof Map<?, ?> children) {
            for (Map.Entry<?, ?> child : children.entrySet()) {
                if (child.getValue() instanceof PyModule module) {
                    module.collect(prefix + child.getKey() + ".", found, depth + 1, left);
                }
            }
        }
    }

    private void add(String prefix, String kind, Collection<?> hidden, Map<String, Tensor> found) {
        if (attributes.get(kind) instanceof Map<?, ?> tensors) {
            for (Map.Entry<?, ?> entry : tensors.entrySet()) {
                if (entry.getValue() instanceof Tensor tensor && !hidden.contains(entry.getKey())) {
                    found.put(prefix + entry.getKey(), tensor);
                    if (found.size() > MAX_TENSORS) {
                        throw new IllegalArgumentException("has more tensors than a network can have");
                    }
                }
            }
        }
    }

    /** What a node of omegaconf holds; anything else as it is. */
    private static Object unwrap(Object value) {
        if (value instanceof Inert node
                && node.global().startsWith("omegaconf.")
                && node.state() instanceof Map<?, ?> state) {
            return state.containsKey("_val") ? state.get("_val") : state.get("_content");
        }
        return value;
    }
}
