package org.styleinv.network;

import ai.djl.ndarray.NDList;

/** How a pass runs the texts that its layers call: a check of a layer reads the layer's own text another way. */
@FunctionalInterface
public interface Reading {
    /** As they are written. */
    Reading WRITTEN = Script::run;

    /** Runs {@code script} or what stands for it; the results belong to the pass's scope. */
    NDList call(Script script, Pass pass, NDList arguments);
}
