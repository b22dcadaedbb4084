package org.styleinv.trainer;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/** Stage 1's result as the later stages use it: gradients pass through it and its weights stay. */
record FrozenGenerator(Generator network, Weights weights) {

    int zDim() {
        return network.config().zDim();
    }

    /** {@code z [n, zDim] -> w [n, wDim]}. */
    NDArray map(Pass pass, NDArray z) {
        return network.mapping().forward(pass.with(weights), z);
    }

    /** {@code w [n, wDim] -> image [n, 3, r, r]}, with the stored noise. */
    NDArray paint(Pass pass, NDArray w) {
        return paint(pass, w, Noise.CONST);
    }

    /** {@code w [n, wDim] -> image [n, 3, r, r]}. */
    NDArray paint(Pass pass, NDArray w, Noise noise) {
        return network.synthesis().forward(pass.with(weights), w, noise);
    }
}
