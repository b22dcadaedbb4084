package org.styleinv.trainer.preset;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.preset.ImageConfig;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;

/**
 * What {@code train generator --cfg} names: the networks of stage 1, and values of the command's options by their names.
 * Training GANs with Limited Data (Karras et al. 2020), appendix C.
 */
public record GeneratorPreset(Preset networks, Map<String, Object> settings) {
    /** Published numbers; the rest is alike for all. */
    private record Numbers(int batch, int group, double rate, double gamma, double emaKimg, double ramp) {}

    private static final double KIMG = 25_000;
    private static final int RESOLUTION = 256; // of the configurations that are of any
    private static final String CIFAR = "cifar";

    /**
     * @param resolution of the pictures, null for the configuration's own
     * @param devices that a batch is shared by: {@code auto} goes by them
     * @throws IllegalArgumentException listing the names, where there is no such configuration
     */
    public static GeneratorPreset named(String name, @Nullable Integer resolution, int devices) {
        if (devices < 1) {
            throw new IllegalArgumentException("gpus must be at least 1, got " + devices);
        }
        if (name.equals(Preset.FACES_64)) {
            return faces64(resolution);
        }
        if (name.equals(Preset.HEADS_128)) {
            return heads128(resolution);
        }
        if (name.equals(CIFAR)) {
            throw new IllegalArgumentException("cfg cifar is not offered: its discriminator without residual blocks "
                    + "(architecture orig) is not built here; there are " + names());
        }
        ImageConfig config = Arrays.stream(ImageConfig.values())
                .filter(each -> each.published().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no cfg " + name + "; there are " + names()));
        int r = resolution != null ? resolution : own(config);
        Numbers numbers = numbers(config, r, devices);
        Map<String, Object> settings = settings(numbers);
        settings.put("kimg", KIMG);
        settings.put("pl-weight", 2.0);
        settings.put("mirror", false);
        settings.put("video-balance", false);
        settings.put("noise-mode", Noise.Mode.RANDOM);
        settings.put("aug", "ada");
        return of(Preset.ofGenerator(name, config.generator(r), config.discriminator(r)), settings);
    }

    /** The widths of networks are settings, too: {@code train generator} builds them from there. */
    private static GeneratorPreset of(Preset networks, Map<String, Object> settings) {
        Generator.Config generator = networks.architecture().generator();
        settings.put("resolution", networks.resolution());
        settings.put("w-dim", networks.wDim());
        settings.put("map-depth", generator.mappingLayers());
        settings.put("cbase", generator.synthesis().channelBase());
        settings.put("cmax", generator.synthesis().channelMax());
        return new GeneratorPreset(networks, Map.copyOf(settings));
    }

    public static String names() {
        return Preset.FACES_64 + ", " + Preset.HEADS_128 + ", "
                + Arrays.stream(ImageConfig.values())
                        .map(ImageConfig::published)
                        .collect(Collectors.joining(", "));
    }

    private static GeneratorPreset faces64(@Nullable Integer resolution) {
        Preset preset = Preset.faces64();
        if (resolution != null && resolution != preset.resolution()) {
            throw new IllegalArgumentException(Preset.FACES_64 + " is of " + preset.resolution() + " pixels, not of "
                    + resolution + ": give another --cfg, auto for one");
        }
        Map<String, Object> settings = settings(new Numbers(16, preset.critic().mbstdGroup(), 0.0025, 1, 5, 0.05));
        settings.put("kimg", 200.0);
        settings.put("pl-weight", 0.0);
        settings.put("mirror", true);
        settings.put("video-balance", true);
        settings.put("noise-mode", Noise.Mode.CONST);
        settings.put("aug", "noaug");
        return of(Preset.ofGenerator(preset.name(), preset.architecture().generator(), preset.critic()), settings);
    }

    private static GeneratorPreset heads128(@Nullable Integer resolution) {
        Preset preset = Preset.heads128();
        Generator.Config whole = preset.architecture().generator();
        SynthesisNetwork.Config synthesis = whole.synthesis();
        int r = resolution == null ? preset.resolution() : resolution;
        int base = synthesis.channelBase();
        int most = synthesis.channelMax();
        Map<String, Object> settings = settings(new Numbers(16, preset.critic().mbstdGroup(), 0.0025, 1, 10, 0.05));
        settings.put("kimg", 2000.0);
        settings.put("pl-weight", 0.0);
        settings.put("mirror", true);
        settings.put("video-balance", true);
        settings.put("noise-mode", Noise.Mode.CONST);
        settings.put("aug", "ada");
        return of(
                Preset.ofGenerator(
                        preset.name(),
                        new Generator.Config(
                                whole.zDim(),
                                whole.mappingLayers(),
                                new SynthesisNetwork.Config(
                                        whole.zDim(), r, base, most, synthesis.useNoise(), synthesis.convClamp())),
                        new Discriminator.Config(r, base, most, preset.critic().mbstdGroup(), 0)),
                settings);
    }

    private static Map<String, Object> settings(Numbers numbers) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("batch", numbers.batch);
        settings.put("mbstd", numbers.group);
        settings.put("lrate", numbers.rate);
        settings.put("gamma", numbers.gamma);
        settings.put("ema", numbers.emaKimg);
        settings.put("ramp", numbers.ramp);
        settings.put("style-mixing-prob", 0.9);
        settings.put("d-reg-interval", 16);
        settings.put("g-reg-interval", 4);
        settings.put("freezed", 0);
        return settings;
    }

    private static int own(ImageConfig config) {
        return switch (config) {
            case PAPER512 -> 512;
            case PAPER1024 -> 1024;
            default -> RESOLUTION;
        };
    }

    private static Numbers numbers(ImageConfig config, int r, int devices) {
        return switch (config) {
            case AUTO, AUTO_NN -> auto(r, devices);
            case STYLEGAN2 -> new Numbers(32, 4, 0.002, 10, 10, 0);
            case PAPER256, PAPER256_NN -> new Numbers(64, 8, 0.0025, 1, 20, 0);
            case PAPER256_4GPU -> new Numbers(32, 8, 0.0025, 1, 20, 0);
            case PAPER512 -> new Numbers(64, 8, 0.0025, 0.5, 20, 0);
            case PAPER1024 -> new Numbers(32, 4, 0.002, 2, 10, 0);
        };
    }

    private static Numbers auto(int r, int devices) {
        int batch = Math.max(Math.min(devices * Math.min(4096 / r, 32), 64), devices);
        return new Numbers(
                batch,
                Math.min(batch / devices, 4),
                r >= 1024 ? 0.002 : 0.0025,
                0.0002 * r * r / batch,
                batch * 10 / 32.0,
                0.05);
    }
}
