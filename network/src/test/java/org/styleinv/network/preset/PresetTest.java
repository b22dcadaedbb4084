package org.styleinv.network.preset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.styleinv.network.Layer;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;

/** Published configurations have the published numbers of parameters. */
class PresetTest {
    private static double millions(Layer network, String prefix) {
        return network.variables().stream()
                        .filter(variable ->
                                variable.trainable() && variable.name().startsWith(prefix))
                        .mapToLong(Layer.Variable::size)
                        .sum()
                / 1e6;
    }

    @Test
    void paper256HasThePublishedSizes() {
        Generator generator = new Generator(ImageConfig.PAPER256.generator(256));
        assertEquals(2.10, millions(generator, "mapping"), 0.005);
        assertEquals(22.67, millions(generator, "synthesis"), 0.005);
        assertEquals(24.00, millions(new Discriminator(ImageConfig.PAPER256.discriminator(256)), ""), 0.005);
        assertEquals(31.21, millions(new InversionEncoder(ImageConfig.PAPER256.encoder()), ""), 0.005);
        StyleInV motion = new StyleInV(MotionConfig.DFUF.motion());
        assertEquals(39.45, millions(motion, "encoder"), 0.005);
        assertEquals(7.08, millions(motion, "mapping"), 0.005);
        assertEquals(26.55, millions(new VideoDiscriminator(ClipConfig.C8_256.discriminator(256, false)), ""), 0.005);
    }

    @ParameterizedTest
    @EnumSource
    void everyConfigurationIsBuiltAtEveryResolution(ImageConfig config) {
        for (int resolution = 32; resolution <= 1024; resolution *= 2) {
            Generator generator = new Generator(config.generator(resolution));
            boolean noise = generator.variables().stream()
                    .anyMatch(variable -> variable.name().endsWith("noise_strength"));
            assertEquals(!config.published().endsWith("_nn"), noise);
            assertFalse(new Discriminator(config.discriminator(resolution))
                    .variables()
                    .isEmpty());
        }
        assertEquals(config, ImageConfig.named(config.published()));
    }

    @ParameterizedTest
    @EnumSource
    void everyVideoDiscriminatorIsBuilt(ClipConfig config) {
        for (boolean firstFrame : new boolean[] {false, true}) {
            assertFalse(new VideoDiscriminator(config.discriminator(256, firstFrame))
                    .variables()
                    .isEmpty());
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithTheKnownOnes() {
        String told = assertThrows(IllegalArgumentException.class, () -> ImageConfig.named("paper42"))
                .getMessage();
        assertTrue(told.contains("paper42") && told.contains("paper256_nn"), told);
    }
}
