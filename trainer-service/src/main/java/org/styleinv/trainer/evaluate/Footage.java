package org.styleinv.trainer.evaluate;

/** A video without end of which any frame can be had: a stream of a model. */
public interface Footage {
    /** Pixels a side. */
    int resolution();

    /** What frame 0 is to look like: planar RGB in [-1, 1]. */
    float[] still();

    /** {@code count} frames from {@code first} on, likewise. */
    float[][] frames(long first, int count);
}
