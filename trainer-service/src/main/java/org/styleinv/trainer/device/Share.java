package org.styleinv.trainer.device;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What one device makes of its part of a batch.
 *
 * @param gradients of its losses, which are means over the part
 * @param figures means over the part, by name
 */
public record Share(List<NDArray> gradients, Map<String, Double> figures) {

    /** Means over the whole batch, its parts being of one size. */
    public static Map<String, Double> mean(List<Share> shares) {
        Map<String, Double> mean = new LinkedHashMap<>();
        shares.forEach(share -> share.figures.forEach((name, value) -> mean.merge(name, value, Double::sum)));
        mean.replaceAll((name, sum) -> sum / shares.size());
        return mean;
    }

    /** The figure of a name that is among {@code figures}. */
    public static double figure(Map<String, Double> figures, String name) {
        return Objects.requireNonNull(figures.get(name), name);
    }
}
