package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.StyleInV;

/**
 * What motion starts from: stage 2's encoder with its head zeroed, so that every video starts as a still, {@code w_t = w0}.
 * The published start keeps the encoder's head, which gives {@code w0 - wAvg} and has to be unlearned first.
 */
public final class StillMotion {
    private static final List<String> HEAD = List.of("encoder.linear.weight", "encoder.linear.bias");

    private StillMotion() {}

    /**
     * Weights that live as long as {@code parent}.
     *
     * @param seed of what the encoder does not have
     */
    public static Weights of(NDManager parent, StyleInV motion, Weights encoder, long seed) {
        Weights weights = motion.initialize(parent, seed);
        encoder.arrays().forEach((name, array) -> {
            if (weights.has(name)) {
                weights.put(name, array.toFloatArray(), array.getShape().getShape());
            }
        });
        for (String name : HEAD) {
            NDArray head = weights.get(name);
            weights.put(
                    name,
                    new float[Math.toIntExact(head.size())],
                    head.getShape().getShape());
        }
        return weights;
    }
}
