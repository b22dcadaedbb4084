package org.styleinv.encoder;

import org.styleinv.network.serving.ModelSwap;
import org.styleinv.network.serving.ServedModel;

/** A loaded inversion model: picture to w0. It owns every array of the engine, so all calls come from one thread. */
interface Encoder extends ServedModel {
    /** Digest of the model. */
    String digest();

    /** Width of w0. */
    int wDim();

    /** Side of the picture it looks at, pixels. */
    int resolution();

    @Override
    default ModelSwap.Size size() {
        return new ModelSwap.Size(wDim(), resolution());
    }

    /**
     * @param planes R, G, B, each {@code resolution * resolution} values in [-1, 1]
     * @return w0
     */
    float[] invert(float[] planes);
}
