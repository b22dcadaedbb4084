package org.styleinv.trainer.command.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.stage.Beginning;
import org.styleinv.trainer.stage.GeneratorStage;
import org.styleinv.trainer.stage.Tiny;

/** The step that training is measured against must train alike, or it is no baseline. */
class PlainGeneratorStageTest {
    private static final Generator.Config GENERATOR =
            new Generator.Config(16, 2, new SynthesisNetwork.Config(16, 32, 256, 16, false, 0));
    private static final GeneratorStage.Config CONFIG = new GeneratorStage.Config(
            4,
            0.0025,
            1,
            2,
            0.9,
            1,
            0.05,
            Precision.FLOAT32,
            true,
            2,
            2,
            Augmentation.Config.NONE,
            true,
            Noise.Mode.CONST,
            0);

    @Test
    void takesTheSameStepsWithRegularisers(@TempDir Path folder) throws IOException {
        try (VideoDataset data = Tiny.data(folder);
                var stage =
                        new GeneratorStage(GENERATOR, Tiny.CRITIC, CONFIG, data, 3, Beginning.FRESH, Beginning.FRESH);
                var plain = new PlainGeneratorStage(GENERATOR, Tiny.CRITIC, CONFIG, data, 3)) {
            for (long step = 0; step < 3; step++) { // each phase sees what all before it changed
                Map<String, Double> expected = stage.step(step).losses();
                for (var loss : plain.step(step).entrySet()) {
                    double value = expected.get(loss.getKey());
                    assertEquals(
                            value, loss.getValue(), 2e-3 * Math.abs(value) + 1e-5, loss.getKey() + " of step " + step);
                }
            }
        }
    }
}
