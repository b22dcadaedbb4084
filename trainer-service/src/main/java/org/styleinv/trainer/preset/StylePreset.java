package org.styleinv.trainer.preset;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.styleinv.network.stylegan.Noise;

/**
 * What {@code train style --cfg} names: values of the command's options by their names. The networks are the parent's.
 * StyleInV (Wang et al. 2023), section 3.5.
 */
public record StylePreset(Map<String, Object> settings) {
    private static final double LPIPS = 30;
    private static final double STRUCTURE = 3;

    /**
     * @param resolution of the parent
     * @param devices that a batch is shared by
     * @param lpips whether likeness is LPIPS, whose published weight is not that of what else takes its place
     */
    public static StylePreset named(String name, int resolution, int devices, boolean lpips) {
        Map<String, Object> settings = new HashMap<>();
        if (name.equals(Preset.FACES_64)) {
            settings.putAll(GeneratorPreset.named(name, null, devices).settings());
            settings.put("kimg", 30.0);
            settings.put("ema", 2.0);
            settings.put("ramp", 0.0);
            settings.put("finetune-g-res", 16);
            settings.put("noise-mode", Noise.Mode.CONST);
        } else if (name.equals(Preset.HEADS_128)) {
            settings.putAll(GeneratorPreset.named(name, resolution, devices).settings());
            settings.put("kimg", 60.0);
            settings.put("ema", 2.0);
            settings.put("ramp", 0.0);
            settings.put("finetune-g-res", resolution / 4);
        } else {
            settings.putAll(GeneratorPreset.named(name, resolution, devices).settings());
            settings.put("finetune-g-res", 64);
        }
        // no path length while a generator is tuned; sizes are the parent's
        settings.keySet()
                .removeAll(Set.of(
                        "pl-weight", "g-reg-interval", "mbstd", "resolution", "w-dim", "map-depth", "cbase", "cmax"));
        settings.put("mirror", true);
        settings.put("perceptual-weight", lpips ? LPIPS : STRUCTURE);
        settings.put("identity-weight", 1.0);
        return new StylePreset(Map.copyOf(settings));
    }
}
