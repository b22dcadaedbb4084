package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * One evaluation of a network: which weights it reads and which scope owns what it makes.
 *
 * @param scope owner of every result; closing it frees them
 * @param weights the values to use, so that a network, its average and its training copy are one definition
 * @param training whether autograd records the calls; also whether batch normalisation uses the batch's statistics
 * @param precision of the convolutions; everything else is float32
 */
public record Pass(NDManager scope, Weights weights, boolean training, Precision precision) {

    /** How convolutions compute. Training regularisers differentiate twice and need {@link #FLOAT32} (ADR 0001). */
    public enum Precision {
        FLOAT32,
        BFLOAT16
    }

    /** A float32 pass for serving: nothing is recorded. */
    public static Pass inference(NDManager scope, Weights weights) {
        return new Pass(scope, weights, false, Precision.FLOAT32);
    }

    /** A float32 pass whose results can be differentiated. */
    public static Pass training(NDManager scope, Weights weights) {
        return new Pass(scope, weights, true, Precision.FLOAT32);
    }

    /** The same pass over other weights. */
    public Pass with(Weights other) {
        return new Pass(scope, other, training, precision);
    }

    public Pass with(Precision other) {
        return new Pass(scope, weights, training, other);
    }

    public NDArray weight(String name) {
        return weights.get(name);
    }
}
