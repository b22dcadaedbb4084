package org.styleinv.network.checkpoint;

import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;

/**
 * What networks a model has: all that is needed to build them before their weights are read.
 *
 * @param encoder null while the model has none
 * @param motion null while the model has none
 */
public record Architecture(Generator.Config generator, InversionEncoder.Config encoder, StyleInV.Config motion) {
    private static final int MOST_LAYERS = 64; // so that a damaged record cannot ask for all memory

    public Architecture {
        if (generator == null) {
            throw new IllegalArgumentException("a model has a generator at least");
        }
        if (generator.mappingLayers() < 1 || generator.mappingLayers() > MOST_LAYERS) {
            throw new IllegalArgumentException(
                    "mappingLayers must be from 1 to " + MOST_LAYERS + ", got " + generator.mappingLayers());
        }
        int wDim = generator.synthesis().wDim();
        if (encoder != null && encoder.wDim() != wDim) {
            throw new IllegalArgumentException(
                    "the encoder gives w of " + encoder.wDim() + " values, but the generator takes " + wDim);
        }
        if (motion != null && motion.style().wDim() != wDim) {
            throw new IllegalArgumentException(
                    "the motion gives w of " + motion.style().wDim() + " values, but the generator takes " + wDim);
        }
    }
}
