package org.styleinv.trainer;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.data.VideoDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train generator}: stage 1. */
@Command(
        name = "generator",
        description = "Stage 1: an image generator of all frames.",
        mixinStandardHelpOptions = true)
final class GeneratorCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Mixin
    AugmentOptions augment;

    @Option(names = "--batch", defaultValue = "16", description = "images a step (default ${DEFAULT-VALUE})")
    int batch;

    @Option(
            names = {"--lr", "--lrate"},
            defaultValue = "0.0025",
            description = "learning rate (default ${DEFAULT-VALUE})")
    double rate;

    @Option(names = "--gamma", defaultValue = "1", description = "weight of R1 (default ${DEFAULT-VALUE})")
    double gamma;

    @Option(
            names = {"--ema-kimg", "--ema"},
            defaultValue = "5",
            description = "half life of the average (default ${DEFAULT-VALUE})")
    double emaKimg;

    @Option(
            names = {"--ema-rampup", "--ramp"},
            defaultValue = "0.05",
            description =
                    "share of the images seen that bounds that half life, 0 for no ramp (default ${DEFAULT-VALUE})")
    double ramp;

    @Option(
            names = "--style-mixing-prob",
            defaultValue = "0.9",
            description = "how often pictures are made of two latents (default ${DEFAULT-VALUE})")
    double mixing;

    @Option(
            names = "--d-reg-interval",
            defaultValue = "16",
            description = "steps between two R1 phases (default ${DEFAULT-VALUE})")
    int r1Interval;

    @Option(
            names = "--pl-weight",
            defaultValue = "0",
            description = "weight of path length regularisation; published 2, and 0 for small sets "
                    + "(default ${DEFAULT-VALUE})")
    double pathLength;

    @Option(
            names = "--g-reg-interval",
            defaultValue = "4",
            description = "steps between two path length phases (default ${DEFAULT-VALUE})")
    int pathLengthInterval;

    @Option(
            names = "--mirror",
            defaultValue = "true",
            negatable = true,
            fallbackValue = "true",
            description = "show frames mirrored, too (default ${DEFAULT-VALUE})")
    boolean mirror;

    @Option(
            names = "--resume",
            paramLabel = "FROM",
            description = "run or model folder whose generator to start from; a run's discriminator comes along")
    Path resume;

    @Option(names = "--bf16", description = "convolutions in bfloat16; regularisers stay in float32")
    boolean bf16;

    @Override
    public Integer call() throws IOException {
        Preset preset = common.preset;
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                VideoDataset data = common.open(1)) {
            GeneratorStage.Config config = new GeneratorStage.Config(
                    batch,
                    rate,
                    gamma,
                    r1Interval,
                    mixing,
                    emaKimg,
                    ramp,
                    bf16 ? Precision.BFLOAT16 : Precision.FLOAT32,
                    mirror,
                    pathLength,
                    pathLengthInterval,
                    augment.config(
                            Augmentation.Mode.NOAUG,
                            resume == null ? Augmentation.Config.SPEED_KIMG : Augmentation.Config.RESUMED_SPEED_KIMG));
            boolean model = resume != null && Files.exists(resume.resolve("model.json"));
            Weights start = model
                    ? ModelFolder.open(resume).loadGenerator(manager)
                    : resume == null
                            ? null
                            : Runs.generator(manager, preset, resume).weights();
            Weights startCritic = model || resume == null
                    ? null
                    : Runs.read(manager, new Discriminator(preset.critic()), resume, "d.");
            return common.run(new GeneratorStage(
                    preset.architecture().generator(), preset.critic(), config, data, common.seed, start, startCritic));
        }
    }
}
