package org.styleinv.network.checkpoint;

import org.jspecify.annotations.Nullable;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.stylegan.Generator;

/**
 * What networks a model has: all that is needed to build them before their weights are read.
 *
 * @param encoder null while the model has none
 * @param motion null while the model has none
 */
public record Architecture(
        Generator.Config generator, InversionEncoder.@Nullable Config encoder, StyleInV.@Nullable Config motion) {
    // Written out: javac 17 leaves the annotations of a compact constructor's parameters out of the class file.
    public Architecture(
            Generator.Config generator, InversionEncoder.@Nullable Config encoder, StyleInV.@Nullable Config motion) {
        if (generator == null) {
            throw new IllegalArgumentException("a model has a generator at least");
        }
        Bounds.check(generator);
        int wDim = generator.synthesis().wDim();
        if (encoder != null) {
            Bounds.check(encoder);
        }
        if (motion != null) {
            Bounds.check(motion);
        }
        if (encoder != null && encoder.wDim() != wDim) {
            throw new IllegalArgumentException(
                    "the encoder gives w of " + encoder.wDim() + " values, but the generator takes " + wDim);
        }
        if (motion != null && motion.style().wDim() != wDim) {
            throw new IllegalArgumentException(
                    "the motion gives w of " + motion.style().wDim() + " values, but the generator takes " + wDim);
        }
        this.generator = generator;
        this.encoder = encoder;
        this.motion = motion;
    }
}
