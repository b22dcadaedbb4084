package org.styleinv.network.checkpoint.torch;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of an allowed class that is remembered and never made: its state, and what was put in it. */
final class Inert {
    private final String global;
    private final Map<String, Object> items = new LinkedHashMap<>(0);
    private @Nullable Object state;

    Inert(String global) {
        this.global = global;
    }

    /** Module and name of its class. */
    String global() {
        return global;
    }

    Map<String, Object> items() {
        return items;
    }

    @Nullable
    Object state() {
        return state;
    }

    void build(@Nullable Object newState) {
        state = newState;
    }
}
