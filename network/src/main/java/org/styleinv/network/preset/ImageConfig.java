package org.styleinv.network.preset;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/**
 * Generator and image discriminator of stage 1, at any resolution. Analyzing and Improving the Image Quality of StyleGAN
 * (Karras et al. 2020), and Training GANs with Limited Data (Karras et al. 2020), appendix C, for {@code auto} and {@code
 * paper}. The published {@code cifar} is left out: its discriminator without residuals is not built here.
 */
public enum ImageConfig {
    AUTO("auto", 0, 4, 2, true),
    AUTO_NN("auto_nn", 0, 4, 2, false),
    STYLEGAN2("stylegan2", 1, 4, 8, true),
    PAPER256("paper256", 0.5, 8, 8, true),
    PAPER256_NN("paper256_nn", 0.5, 8, 8, false),
    PAPER256_4GPU("paper256_4gpu", 0.5, 8, 8, true),
    PAPER512("paper512", 1, 8, 8, true),
    PAPER1024("paper1024", 1, 4, 8, true);

    /** Width of z and w. */
    public static final int LATENT = 512;

    private static final int CHANNEL_BASE = 32768;
    private static final int CHANNEL_MAX = 512;
    private static final double CLAMP = 256;
    private static final int LARGE = 512; // from here auto takes all feature maps

    private final String published;
    private final double maps; // share of the largest network's feature maps; 0: by resolution
    private final int group;
    private final int mappingLayers;
    private final boolean noise;

    ImageConfig(String published, double maps, int group, int mappingLayers, boolean noise) {
        this.published = published;
        this.maps = maps;
        this.group = group;
        this.mappingLayers = mappingLayers;
        this.noise = noise;
    }

    /** @throws IllegalArgumentException listing the names, where there is no such configuration */
    public static ImageConfig named(String name) {
        return Arrays.stream(values())
                .filter(config -> config.published.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no configuration " + name + "; there are "
                        + Arrays.stream(values())
                                .map(config -> config.published)
                                .collect(Collectors.joining(", "))));
    }

    public String published() {
        return published;
    }

    private int channelBase(int resolution) {
        double share = maps > 0 ? maps : resolution >= LARGE ? 1 : 0.5;
        return (int) (share * CHANNEL_BASE);
    }

    /** @param resolution of the pictures, a power of two */
    public Generator.Config generator(int resolution) {
        return new Generator.Config(
                LATENT,
                mappingLayers,
                new SynthesisNetwork.Config(LATENT, resolution, channelBase(resolution), CHANNEL_MAX, noise, CLAMP));
    }

    /** Judges the generator's pictures; its groups are of as many samples as there are, at most the published number. */
    public Discriminator.Config discriminator(int resolution) {
        return new Discriminator.Config(resolution, channelBase(resolution), CHANNEL_MAX, group, CLAMP);
    }

    /** Inverts the generator's pictures: the same for every configuration. */
    public InversionEncoder.Config encoder() {
        return new InversionEncoder.Config(LATENT, MotionConfig.BACKBONE);
    }
}
