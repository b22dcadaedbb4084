package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * One evaluation of a network: which weights it reads and which scope owns what it makes.
 *
 * @param scope owner of every result; closing it frees them
 * @param weights the values to use, so that a network, its average and its training copy are one definition
 * @param training whether autograd records the calls
 * @param precision of the convolutions; everything else is float32
 * @param statistics that batch normalisation uses
 * @param reading of the layers' texts: as they are written, but where they are checked
 */
public record Pass(
        NDManager scope,
        Weights weights,
        boolean training,
        Precision precision,
        Statistics statistics,
        Reading reading) {

    /** A pass with stored statistics. */
    public Pass(NDManager scope, Weights weights, boolean training, Precision precision) {
        this(scope, weights, training, precision, Statistics.STORED, Reading.WRITTEN);
    }

    /** What batch normalisation normalises by. A choice of its own: StyleInV makes its fakes unrecorded, by batch. */
    public enum Statistics {
        /** The running averages: a sample's result does not depend on its batch mates. */
        STORED,
        /** The batch's own; each call also moves the running averages, in place. */
        BATCH
    }

    /** How convolutions compute. Training regularisers differentiate twice and need {@link #FLOAT32} (ADR 0001). */
    public enum Precision {
        FLOAT32,
        BFLOAT16;

        private static final Script SUPPORTED =
                Script.of("x: Tensor -> Tensor", "return torch.add(x, int(ops.mkldnn._is_mkldnn_bf16_supported()))");

        /**
         * Bfloat16 where the device has it, float32 elsewhere: a CPU without AVX-512 works it out by other instructions, ten
         * times slower than float32.
         */
        public static Precision bfloat16WhereItPays(NDManager manager) {
            if (manager.getDevice().isGpu()) {
                return BFLOAT16;
            }
            try (NDManager scope = manager.newSubManager()) {
                Pass pass = inference(scope, new Weights(scope));
                return SUPPORTED.call(pass, scope.create(0f)).getFloat() > 0 ? BFLOAT16 : FLOAT32;
            }
        }
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
        return new Pass(scope, other, training, precision, statistics, reading);
    }

    public Pass with(Precision other) {
        return new Pass(scope, weights, training, other, statistics, reading);
    }

    public Pass with(Statistics other) {
        return new Pass(scope, weights, training, precision, other, reading);
    }

    /** The same pass, whose results belong to another scope. */
    public Pass in(NDManager other) {
        return new Pass(other, weights, training, precision, statistics, reading);
    }

    /** The same pass without recording. */
    public Pass silent() {
        return new Pass(scope, weights, false, precision, statistics, reading);
    }

    public Pass with(Reading other) {
        return new Pass(scope, weights, training, precision, statistics, other);
    }

    public NDArray weight(String name) {
        return weights.get(name);
    }

    /** What {@code script} makes of that weight alone; it is made once where nobody changes the weights ({@link Weights#constant}). */
    public NDArray derived(String name, Script script) {
        return weights.derived(this, name, script);
    }
}
