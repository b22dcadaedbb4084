package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.InversionEncoder;

/** Stage 2's result as stage 3 uses it. */
public record FrozenEncoder(InversionEncoder network, Weights weights) {

    /** {@code image [n, 3, r, r] -> w [n, wDim]}. */
    NDArray invert(Pass pass, NDArray image) {
        return network.forward(pass.with(weights), image);
    }
}
