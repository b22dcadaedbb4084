package org.styleinv.trainer.preset;

import java.util.HashMap;
import java.util.Map;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.preset.MotionConfig;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.stage.EncoderStage;

/**
 * What {@code train encoder --cfg} names: the backbone of stage 2, and values of the command's options by their names.
 * StyleInV (Wang et al. 2023), section 3.2; pSp (Richardson et al. 2021).
 */
public record EncoderPreset(String name, IrSeBackbone.Config backbone, Map<String, Object> settings) {
    public static final String NAMES =
            Preset.FACES_64 + ", " + Preset.HEADS_128 + ", psp_paper, psp_auto, psp_sky_auto";

    private static final int BATCH_PER_DEVICE = 8;

    /**
     * @param devices that a batch is shared by
     * @throws IllegalArgumentException listing the names, where there is no such configuration
     */
    public static EncoderPreset named(String name, int devices) {
        return switch (name) {
            case Preset.FACES_64 ->
                new EncoderPreset(
                        name,
                        Preset.faces64().encoder().backbone(),
                        settings(60, 32, 0.002, EncoderStage.Optim.ADAM, 0.99, 0.1, 0.5, 0.1, true));
            case Preset.HEADS_128 ->
                new EncoderPreset(
                        name,
                        Preset.heads128().encoder().backbone(),
                        settings(300, 16, 0.002, EncoderStage.Optim.ADAM, 0.99, 0.1, 0.5, 0.1, true));
            case "psp_paper" -> published(name, 64, 0.1);
            case "psp_auto" -> published(name, BATCH_PER_DEVICE * devices, 0.1);
            case "psp_sky_auto" -> published(name, BATCH_PER_DEVICE * devices, 0);
            default -> throw new IllegalArgumentException("there is no cfg " + name + "; there are " + NAMES);
        };
    }

    private static EncoderPreset published(String name, int batch, double identity) {
        return new EncoderPreset(
                name,
                MotionConfig.BACKBONE,
                settings(4000, batch, 1e-4, EncoderStage.Optim.RANGER, 0.999, identity, 0, 0, false));
    }

    private static Map<String, Object> settings(
            double kimg,
            int batch,
            double rate,
            EncoderStage.Optim optim,
            double beta2,
            double identity,
            double known,
            double latent,
            boolean small) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("kimg", kimg);
        settings.put("batch", batch);
        settings.put("lr", rate);
        settings.put("lr-decay", small);
        settings.put("optim", optim);
        settings.put("beta2", beta2);
        settings.put("l2-lambda", 1.0);
        settings.put("lpips-lambda", 0.8);
        settings.put("id-lambda", identity);
        settings.put("features", 0.2);
        settings.put("known", known);
        settings.put("latent", latent);
        settings.put("mirror", true);
        settings.put("video-balance", small);
        settings.put("noise-mode", Noise.Mode.CONST);
        return Map.copyOf(settings);
    }
}
