package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDManager;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;

/** What the weights of a network in training begin as. */
@FunctionalInterface
public interface Beginning {
    /** At random. */
    Beginning FRESH = Layer::initialize;

    /**
     * Weights that the training may change.
     *
     * @param parent that they live as long as
     * @param seed of what is random in them
     */
    Weights weights(Layer network, NDManager parent, long seed);

    /** Where another training of the same network ended; {@code end} itself stays as it is. */
    static Beginning at(Weights end) {
        return (network, parent, seed) -> end.copy(parent);
    }
}
