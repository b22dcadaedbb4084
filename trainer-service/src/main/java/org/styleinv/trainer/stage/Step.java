package org.styleinv.trainer.stage;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.styleinv.trainer.state.Phase;

/**
 * What a step tells of itself.
 *
 * @param losses and scores by name, in the order that the step came to them
 * @param seconds that its phases took, in the order of {@link Phase}; none where the stage does not measure them
 */
public record Step(Map<String, Double> losses, Map<Phase, Double> seconds) {
    public Step {
        losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
        Map<Phase, Double> ordered = new EnumMap<>(Phase.class);
        ordered.putAll(seconds);
        seconds = Collections.unmodifiableMap(ordered);
    }

    /** A step whose phases are not measured. */
    public Step(Map<String, Double> losses) {
        this(losses, Map.of());
    }
}
