package org.styleinv.network.loss;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Pass;

/**
 * One term of a loss.
 *
 * @param each a value for each item of a batch: what is reported
 * @param mean of them, shape []: what is differentiated
 */
public record LossTerm(NDArray each, NDArray mean) {
    public static LossTerm of(Pass pass, NDArray each) {
        return new LossTerm(each, Losses.mean(pass, each));
    }

    public double value() {
        return mean.getFloat();
    }
}
