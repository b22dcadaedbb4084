package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * When a result is there. A GPU has its work queued and done later, so that something of the result must be fetched: one number, since copying all
 * pictures of a large batch would take longer than painting them.
 */
final class Arrival {
    private static final Script CORNER =
            Script.of("x: Tensor -> Tensor", "return torch.to(torch.select(torch.flatten(x), 0, 0), 6)");

    private Arrival() {}

    /** Waits until {@code result} has been computed. */
    static void await(Pass pass, NDArray result) {
        if (pass.scope().getDevice().isGpu()) {
            CORNER.call(pass, result).getFloat();
        } else {
            result.toFloatArray();
        }
    }
}
