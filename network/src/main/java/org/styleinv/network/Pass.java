package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

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
        FLOAT32("float32", "f32", 6),
        BFLOAT16("bfloat16", "bf16", 15),
        FLOAT16("float16", "f16", 5);

        private final String text;
        private final String brief;
        private final int number;

        Precision(String text, String brief, int number) {
            this.text = text;
            this.brief = brief;
            this.number = number;
        }

        /** As records have it. */
        public String text() {
            return text;
        }

        /** As command lines and figures have it. */
        public String brief() {
            return brief;
        }

        /** TorchScript's number of the type. */
        public String type() {
            return Integer.toString(number);
        }

        /** @throws IllegalArgumentException saying what there is, in a part of a sentence, where there is none of that {@link #text} */
        public static Precision named(String text) {
            for (Precision precision : values()) {
                if (precision.text.equals(text)) {
                    return precision;
                }
            }
            throw new IllegalArgumentException("there is no precision \"" + text + "\": there are "
                    + Arrays.stream(values()).map(Precision::text).collect(Collectors.joining(", ")));
        }

        /**
         * Bfloat16 where the device has it, float32 elsewhere: a CPU without AVX-512 works it out by other instructions, ten
         * times slower than float32.
         */
        public static Precision bfloat16WhereItPays(NDManager manager) {
            return PrecisionTrial.pays(BFLOAT16, manager) ? BFLOAT16 : FLOAT32;
        }
    }

    /** A float32 pass for serving: nothing is recorded. */
    public static Pass inference(NDManager scope, Weights weights) {
        return new Pass(scope, weights, false, Precision.FLOAT32);
    }

    /** A pass for serving with convolutions of that precision. */
    public static Pass inference(NDManager scope, Weights weights, Precision precision) {
        return new Pass(scope, weights, false, precision);
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

    /** A layer's result by texts of layers alone, of weights and inputs: the same texts for the same shapes, whatever the values. */
    @FunctionalInterface
    public interface Body {
        NDArray evaluate(Pass pass, List<NDArray> inputs);
    }

    /**
     * What {@code body} makes of inputs. Where nobody changes the weights ({@link Weights#constant}) and the texts are run as they are written,
     * all of them are one, which is called at once (ADR 0024).
     *
     * @param how  of the ways in which that layer can be evaluated; equal ones call the same texts
     * @param inputs each another array
     */
    public NDArray linked(Layer layer, Object how, Body body, NDArray... inputs) {
        Linked linked = weights.linked();
        boolean written = !training && statistics == Statistics.STORED && reading == Reading.WRITTEN;
        return linked != null && written
                ? linked.call(this, layer, how, body, List.of(inputs))
                : body.evaluate(this, List.of(inputs));
    }
}
