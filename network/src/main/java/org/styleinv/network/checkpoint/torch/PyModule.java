package org.styleinv.network.checkpoint.torch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A module of PyTorch as its pickle describes it: its class's name, its attributes, and in those its parameters, buffers
 * and children. Its source text, where the file has it, was never looked at.
 */
public final class PyModule {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_STEPS = 500_000; // modules, tensors and what else lies beside them
    private static final int MAX_TENSORS = 50_000;
    private static final int MAX_NAME = 500;

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
        new Walk(found).collect(this, "", 0);
        return found;
    }

    /** A way through the tree, which ends although a few hundred bytes can describe a tree without end. */
    private static final class Walk {
        private final Map<String, Tensor> found;
        private int steps;

        Walk(Map<String, Tensor> found) {
            this.found = found;
        }

        void collect(PyModule module, String prefix, int depth) {
            if (depth > MAX_DEPTH) {
                throw endless();
            }
            add(prefix, module.attributes.get("_parameters"), Set.of());
            Object hidden = module.attributes.get("_non_persistent_buffers_set");
            add(prefix, module.attributes.get("_buffers"), hidden instanceof Set<?> names ? names : Set.of());
            if (module.attributes.get("_modules") instanceof Map<?, ?> children) {
                for (Map.Entry<?, ?> child : children.entrySet()) {
                    step();
                    if (child.getKey() instanceof String key && child.getValue() instanceof PyModule inner) {
                        collect(inner, name(prefix, key) + ".", depth + 1);
                    }
                }
            }
        }

        private void add(String prefix, @Nullable Object kind, Set<?> hidden) {
            if (kind instanceof Map<?, ?> tensors) {
                for (Map.Entry<?, ?> entry : tensors.entrySet()) {
                    step();
                    if (entry.getKey() instanceof String key
                            && entry.getValue() instanceof Tensor tensor
                            && !hidden.contains(key)) {
                        found.put(name(prefix, key), tensor);
                        if (found.size() > MAX_TENSORS) {
                            throw new IllegalArgumentException("has more tensors than a network can have");
                        }
                    }
                }
            }
        }

        private void step() {
            if (++steps > MAX_STEPS) {
                throw endless();
            }
        }

        private static String name(String prefix, String key) {
            if (prefix.length() + key.length() > MAX_NAME) {
                throw new IllegalArgumentException(
                        "has a tensor or module whose name is longer than " + MAX_NAME + " characters");
            }
            return prefix + key;
        }

        private static IllegalArgumentException endless() {
            return new IllegalArgumentException("nests its modules without end");
        }
    }

    /** What a node of omegaconf holds; anything else as it is. */
    private static @Nullable Object unwrap(@Nullable Object value) {
        if (value instanceof Inert node
                && node.global().startsWith("omegaconf.")
                && node.state() instanceof Map<?, ?> state) {
            return state.containsKey("_val") ? state.get("_val") : state.get("_content");
        }
        return value;
    }
}
