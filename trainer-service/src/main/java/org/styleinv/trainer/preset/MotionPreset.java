package org.styleinv.trainer.preset;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.preset.ClipConfig;
import org.styleinv.network.preset.MotionConfig;
import org.styleinv.network.stylegan.Noise;

/**
 * What {@code train motion --cfile} (a data set) and {@code --cname} (a number of GPUs) name together: the networks of stage
 * 3, and values of the command's options by their names. StyleInV (Wang et al. 2023), section 4.1.
 *
 * @param motion before its widths are those of stages 1 and 2
 * @param critic before its resolution is that of stage 1
 */
public record MotionPreset(
        String name, StyleInV.Config motion, VideoDiscriminator.Config critic, Map<String, Object> settings) {
    private static final int RESOLUTION = 256;
    private static final ClipConfig USUAL = ClipConfig.C4_256;

    /** @throws IllegalArgumentException listing the names, where there is no such configuration */
    public static MotionPreset named(String cfile, @Nullable String cname) {
        boolean heads = cfile.equals(Preset.HEADS_128);
        if (heads || cfile.equals(Preset.FACES_64)) {
            if (cname != null) {
                throw new IllegalArgumentException(
                        "cname " + cname + " goes with a published data set: give --cfile " + dataSets() + " as well");
            }
            return heads ? heads128() : faces64();
        }
        MotionConfig dataSet = Arrays.stream(MotionConfig.values())
                .filter(each -> name(each).equals(cfile))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no cfile " + cfile + "; there are " + names()));
        ClipConfig clips = cname == null
                ? USUAL
                : Arrays.stream(ClipConfig.values())
                        .filter(each -> each.published().equals(cname))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("there is no cname " + cname + "; there are "
                                + Arrays.stream(ClipConfig.values())
                                        .map(ClipConfig::published)
                                        .collect(Collectors.joining(", "))));
        VideoDiscriminator.Config critic = clips.discriminator(RESOLUTION, false);
        Map<String, Object> settings = settings(dataSet.motion(), critic, dataSet.span());
        settings.put("kimg", clips == ClipConfig.C2_256 ? 12_000.0 : 25_000.0);
        settings.put("batch", batch(clips));
        settings.put("lr", 1e-4);
        settings.put("lr-decay", false);
        settings.put("lambda-adv", dataSet == MotionConfig.TAICHI ? 0.1 : 1.0);
        settings.put("lambda-w-reg", dataSet == MotionConfig.TAICHI ? 0.0 : 0.05);
        settings.put("ema", clips.published().endsWith("1024") ? 10.0 : 20.0);
        settings.put("ramp", 0.0);
        settings.put("noise-mode", dataSet == MotionConfig.SKY ? Noise.Mode.NONE : Noise.Mode.CONST);
        settings.put("aug", dataSet == MotionConfig.FFS ? "noaug" : "ada");
        return new MotionPreset(
                name(dataSet) + " " + clips.published(), dataSet.motion(), critic, Map.copyOf(settings));
    }

    public static String names() {
        return Preset.FACES_64 + ", " + Preset.HEADS_128 + ", " + dataSets();
    }

    private static MotionPreset heads128() {
        // the heads come back to where they begin: last and first frame differ by 0.0054 of the range, neighbours by
        // 0.0072
        MotionPreset preset = small(Preset.heads128(), 600, 16, 0.5);
        Map<String, Object> settings = new HashMap<>(preset.settings());
        settings.put("looped", true);
        return new MotionPreset(preset.name(), preset.motion(), preset.critic(), Map.copyOf(settings));
    }

    private static MotionPreset faces64() {
        return small(Preset.faces64(), 150, 8, 0);
    }

    /** For a CPU. */
    private static MotionPreset small(Preset preset, double kimg, int batch, double inverted) {
        StyleInV.Config motion = preset.motion();
        VideoDiscriminator.Config critic = Objects.requireNonNull(preset.videoCritic(), preset.name());
        Map<String, Object> settings = settings(motion, critic, preset.sampled().maxSpan());
        settings.put("kimg", kimg);
        settings.put("batch", batch);
        settings.put("inverted", inverted);
        settings.put("lr", 0.0005);
        settings.put("lr-decay", true);
        settings.put("lambda-adv", 1.0);
        settings.put("lambda-w-reg", 0.05);
        settings.put("ema", 10.0);
        settings.put("ramp", 0.05);
        settings.put("noise-mode", Noise.Mode.CONST);
        settings.put("aug", "noaug");
        return new MotionPreset(preset.name(), motion, critic, Map.copyOf(settings));
    }

    private static Map<String, Object> settings(StyleInV.Config motion, VideoDiscriminator.Config critic, int span) {
        TemporalStyle.Config style = motion.style();
        Map<String, Object> settings = new HashMap<>();
        settings.put("mbstd", critic.mbstdGroup());
        settings.put("lr-d", 0.002);
        settings.put("gamma", 1.0);
        settings.put("d-reg-interval", 16);
        settings.put("lambda-recon", 10.0);
        settings.put("differences", critic.differences());
        settings.put("inverted", 0.0);
        settings.put("mirror", true);
        settings.put("looped", false);
        settings.put("repainted", false);
        settings.put("latent-kimg", 0.0);
        settings.put("latent-gamma", 0.1);
        settings.put("clip-length", style.clipLength());
        settings.put("max-dist", span);
        settings.put("motion-z-distance", style.anchorDistance());
        settings.put("min-period-len", style.minPeriod());
        settings.put("max-period-len", style.maxPeriod());
        settings.put("reach", motion.reach());
        return settings;
    }

    private static int batch(ClipConfig clips) {
        return switch (clips) {
            case C8_256 -> 64;
            case C6_256 -> 48;
            case C4_256, C8_1024, C8_256_BATCH4 -> 32;
            case C2_256, C4_1024, C8_256_BATCH2 -> 16;
            case C8_256_BATCH1 -> 8;
        };
    }

    private static String name(MotionConfig config) {
        return config.name().toLowerCase(Locale.ROOT);
    }

    private static String dataSets() {
        return Arrays.stream(MotionConfig.values()).map(MotionPreset::name).collect(Collectors.joining(", "));
    }
}
