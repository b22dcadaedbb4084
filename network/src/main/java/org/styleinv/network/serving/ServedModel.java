package org.styleinv.network.serving;

/**
 * A loaded model of a service. It takes and returns plain Java and owns every array of the engine, so whatever computes is
 * called from one thread; what it says of itself may be asked by any.
 */
public interface ServedModel extends AutoCloseable {
    /** What must stay as it is while streams run. */
    ModelSwap.Size size();

    /** Frees its arrays. */
    @Override
    void close();
}
