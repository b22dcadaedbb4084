package org.styleinv.trainer.state;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Weights;

/** Begins a network with what another one has learned: arrays that agree in name and shape. */
public final class Transfer {
    private Transfer() {}

    /** @return the names of those that stay as they were, in order */
    public static List<String> take(Weights from, Weights into) {
        List<String> fresh = new ArrayList<>();
        for (Map.Entry<String, NDArray> entry : Map.copyOf(into.arrays()).entrySet()) {
            String name = entry.getKey();
            if (from.has(name)
                    && from.get(name).getShape().equals(entry.getValue().getShape())) {
                into.put(
                        name,
                        from.get(name).toFloatArray(),
                        from.get(name).getShape().getShape());
            } else {
                fresh.add(name);
            }
        }
        fresh.sort(null);
        return fresh;
    }

    public static void zero(Weights weights, String name) {
        NDArray array = weights.get(name);
        weights.put(
                name, new float[Math.toIntExact(array.size())], array.getShape().getShape());
    }
}
