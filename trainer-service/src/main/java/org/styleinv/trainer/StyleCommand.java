package org.styleinv.trainer;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.state.Snapshot;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train style}: stage 4. */
@Command(
        name = "style",
        description = "Stage 4: the generator in another look, from videos of that look, for the same latents.",
        mixinStandardHelpOptions = true)
final class StyleCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Mixin
    AugmentOptions augment;

    @Option(
            names = "--generator",
            required = true,
            paramLabel = "RUN",
            description = "run of stage 1, or of joint: the parent and its discriminator")
    Path generator;

    @Option(names = "--batch", defaultValue = "16", description = "pictures a step (default ${DEFAULT-VALUE})")
    int batch;

    @Option(names = "--lr", defaultValue = "0.0025", description = "learning rate (default ${DEFAULT-VALUE})")
    double rate;

    @Option(names = "--gamma", defaultValue = "1", description = "weight of R1 (default ${DEFAULT-VALUE})")
    double gamma;

    @Option(
            names = "--finetune-g-res",
            defaultValue = "16",
            description = "lowest resolution that learns; published: a quarter of the resolution "
                    + "(default ${DEFAULT-VALUE})")
    int firstTrained;

    @Option(
            names = "--perceptual-weight",
            defaultValue = "3",
            description = "weight of likeness with the parent's picture (default ${DEFAULT-VALUE})")
    double perceptual;

    @Option(
            names = "--ema-kimg",
            defaultValue = "2",
            description = "half life of the average (default ${DEFAULT-VALUE})")
    double emaKimg;

    @Override
    public Integer call() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                VideoDataset data = common.open(1)) {
            FrozenGenerator parent = Runs.generator(manager, common.preset, generator);
            Discriminator critic = new Discriminator(criticOf(generator, common.preset.critic()));
            return common.run(new StyleStage(
                    parent.network(),
                    parent.weights(),
                    critic,
                    Runs.read(manager, critic, generator, "d."),
                    new StyleStage.Config(
                            batch,
                            rate,
                            new ImageCritic.Config(rate, gamma, 16),
                            augment.config(Augmentation.Mode.NOAUG, Augmentation.Config.RESUMED_SPEED_KIMG),
                            firstTrained,
                            perceptual,
                            0.9,
                            emaKimg,
                            true),
                    data,
                    common.seed));
        }
    }

    /** The run's discriminator may be of another width than the preset's; every layer near the end tells it. */
    private static Discriminator.Config criticOf(Path run, Discriminator.Config preset) throws IOException {
        long widest =
                new Snapshot(TrainingRun.snapshot(run)).shape("d.b4.fc.bias").size();
        return new Discriminator.Config(
                preset.resolution(),
                preset.channelBase(),
                Math.toIntExact(widest),
                preset.mbstdGroup(),
                preset.convClamp());
    }
}
