package org.styleinv.motion.engine;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** Folders of untrained models, with an anchor every 8 frames. */
public final class TinyModel {
    public static final int RESOLUTION = 16;
    public static final int WIDTH = 16;

    private TinyModel() {}

    public static void write(Path folder, boolean withMotion) throws IOException {
        var backbone = new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
        var generator =
                new Generator.Config(WIDTH, 2, new SynthesisNetwork.Config(WIDTH, RESOLUTION, 256, 16, true, 0));
        var motion = withMotion
                ? new StyleInV.Config(backbone, new TemporalStyle.Config(WIDTH, WIDTH, 32, 8, 8, 8, 32, 11))
                : null;
        TrainingRecord training = new TrainingRecord("none", 30, 1, "none", Map.of(), Map.of(), "Apache-2.0");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            ModelFolder.write(
                    folder,
                    "tiny",
                    new Architecture(generator, null, motion),
                    training,
                    new Generator(generator).initialize(manager, 1),
                    null,
                    withMotion ? new StyleInV(motion).initialize(manager, 2) : null);
        }
    }
}
