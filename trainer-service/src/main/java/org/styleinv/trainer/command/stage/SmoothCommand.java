package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.stage.motion.FrozenEncoder;
import org.styleinv.trainer.stage.motion.SmoothStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train smooth}: a motion without leaps from one that has them. */
@Command(
        name = "smooth",
        description = "Makes a model's motion smooth: what it shows stays, leaps between two frames are spread.",
        mixinStandardHelpOptions = true)
public final class SmoothCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Option(names = "--generator", required = true, paramLabel = "RUN", description = "run of generator or joint")
    Path generator;

    @Option(names = "--encoder", required = true, paramLabel = "RUN", description = "run of encoder or joint")
    Path encoder;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "model folder whose motion it is")
    Path model;

    @Option(names = "--batch", defaultValue = "4", description = "trajectories a step (default ${DEFAULT-VALUE})")
    int batch;

    @Option(names = "--lr", defaultValue = "0.001", description = "learning rate (default ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--lambda-smooth",
            defaultValue = "4",
            description = "weight of the change from frame to frame (default ${DEFAULT-VALUE})")
    double smooth;

    @Override
    public Integer call() throws IOException {
        common.settle(Map.of("kimg", 40.0));
        Preset parent = Runs.preset(generator);
        InversionEncoder.Config inverse = Runs.preset(encoder).architecture().encoder();
        if (inverse == null) {
            throw new FileRefused(encoder + " has no encoder: name a run of train encoder");
        }
        StyleInV.Config motion = ModelFolder.open(model).architecture().motion();
        if (motion == null) {
            throw new FileRefused(model + " has no motion to make smooth: name a model that has one");
        }
        if (motion.backbone().isShapedAs(inverse.backbone())) { // of a generator that has grown since
            motion = new StyleInV.Config(inverse.backbone(), motion.style(), motion.reach());
        }
        Preset preset = parent.with(parent.name(), inverse, motion, null, null);
        try (NDManager manager = ComputeDevice.manager();
                VideoDataset data = common.open(preset.resolution(), 1)) {
            InversionEncoder inverter = new InversionEncoder(inverse);
            Weights encoderWeights = Runs.read(manager, inverter, encoder, "e.");
            SmoothStage.Config config = new SmoothStage.Config(batch, rate, smooth, common.steps(batch * 6));
            return common.run(
                    new SmoothStage(
                            Runs.generator(manager, preset, generator),
                            new FrozenEncoder(inverter, encoderWeights),
                            new StyleInV(motion),
                            ModelFolder.open(model).loadMotion(manager),
                            config,
                            data,
                            common.seed),
                    preset);
        }
    }
}
