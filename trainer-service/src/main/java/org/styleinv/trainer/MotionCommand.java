package org.styleinv.trainer;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.trainer.data.VideoDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train motion}: stage 3. */
@Command(name = "motion", description = "Stage 3: motion, from clips.", mixinStandardHelpOptions = true)
final class MotionCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Mixin
    AugmentOptions augment;

    @Option(names = "--generator", required = true, paramLabel = "RUN", description = "run of stage 1")
    Path generator;

    @Option(names = "--encoder", required = true, paramLabel = "RUN", description = "run of stage 2")
    Path encoder;

    @Option(names = "--model", paramLabel = "DIR", description = "model folder whose motion to go on from")
    Path model;

    @Option(
            names = "--batch",
            defaultValue = "8",
            description = "clips a step, of 4 frames each (default ${DEFAULT-VALUE})")
    int batch;

    @Option(
            names = "--lr",
            defaultValue = "0.0005",
            description = "learning rate of the motion (default ${DEFAULT-VALUE})")
    double rate;

    @Option(names = "--lr-d", defaultValue = "0.002", description = "of the discriminator (default ${DEFAULT-VALUE})")
    double criticRate;

    @Option(
            names = "--lambda-adv",
            defaultValue = "1",
            description = "weight of the discriminator (default ${DEFAULT-VALUE})")
    double adversarial;

    @Option(names = "--lambda-recon", defaultValue = "10", description = "weight of frame 0 (default ${DEFAULT-VALUE})")
    double reconstruction;

    @Option(
            names = "--lambda-w-reg",
            defaultValue = "0.05",
            description = "weight of stillness (default ${DEFAULT-VALUE})")
    double stillness;

    @Option(names = "--gamma", defaultValue = "1", description = "weight of R1 (default ${DEFAULT-VALUE})")
    double gamma;

    @Option(
            names = "--ema-kimg",
            defaultValue = "10",
            description = "half life of the average (default ${DEFAULT-VALUE})")
    double emaKimg;

    @Option(
            names = "--inverted",
            defaultValue = "0",
            description = "share of first frames that are inversions of video frames (default ${DEFAULT-VALUE})")
    double inverted;

    @Override
    public Integer call() throws IOException {
        Preset preset = common.preset;
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                VideoDataset data = common.open(preset.clips().clipLength())) {
            MotionStage.Config config = new MotionStage.Config(
                    batch,
                    rate,
                    criticRate,
                    new MotionObjective.Weight(adversarial, reconstruction, stillness, gamma),
                    16,
                    emaKimg,
                    inverted,
                    augment.config(Augmentation.Mode.NOAUG, Augmentation.Config.SPEED_KIMG),
                    common.steps(batch * 4));
            InversionEncoder inverter =
                    new InversionEncoder(preset.architecture().encoder());
            Weights encoderWeights = Runs.read(manager, inverter, encoder, "e.");
            StyleInV motion = new StyleInV(preset.architecture().motion());
            Weights start = model == null
                    ? MotionStage.still(manager, motion, encoderWeights, common.seed)
                    : ModelFolder.open(model).loadMotion(manager);
            return common.run(new MotionStage(
                    Runs.generator(manager, preset, generator),
                    new FrozenEncoder(inverter, encoderWeights),
                    start,
                    motion,
                    new VideoDiscriminator(preset.videoCritic()),
                    preset.clips(),
                    config,
                    data,
                    common.seed));
        }
    }
}
