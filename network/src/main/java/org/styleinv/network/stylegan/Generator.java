package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;

/** The StyleGAN2 generator: {@code z -> w -> image}. */
public final class Generator extends Layer {
    /**
     * @param zDim width of z
     * @param mappingLayers 8 in the paper's configurations, 2 in {@code auto}
     */
    public record Config(int zDim, int mappingLayers, SynthesisNetwork.Config synthesis) {}

    private final Config config;
    private final MappingNetwork mapping;
    private final SynthesisNetwork synthesis;

    public Generator(Config config) {
        super("");
        this.config = config;
        synthesis = child(new SynthesisNetwork("synthesis", config.synthesis()));
        mapping = child(
                new MappingNetwork("mapping", config.zDim(), config.synthesis().wDim(), config.mappingLayers()));
    }

    public Config config() {
        return config;
    }

    public MappingNetwork mapping() {
        return mapping;
    }

    public SynthesisNetwork synthesis() {
        return synthesis;
    }

    /** {@code z [n, zDim] -> image [n, 3, r, r]}. */
    public NDArray forward(Pass pass, NDArray z, double truncationPsi, Noise noise) {
        NDArray w = mapping.truncate(pass, mapping.forward(pass, z), truncationPsi);
        return synthesis.forward(pass, w, noise);
    }
}
