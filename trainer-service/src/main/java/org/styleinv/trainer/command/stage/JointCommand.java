package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.command.option.AugmentOptions;
import org.styleinv.trainer.command.option.PrecisionOption;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.Grown;
import org.styleinv.trainer.run.Runs;
import org.styleinv.trainer.stage.Beginning;
import org.styleinv.trainer.stage.JointStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code train joint}: generator and encoder of a model tuned together. */
@Command(
        name = "joint",
        description = "Tunes a model's generator and encoder together, so that frames find a latent that paints them.",
        mixinStandardHelpOptions = true)
public final class JointCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Mixin
    AugmentOptions augment;

    @Option(names = "--model", paramLabel = "DIR", description = "model folder to go on from")
    @Nullable
    Path model;

    @Option(
            names = "--generator",
            paramLabel = "RUN",
            description = "run of the generator or of joint to go on from (default: the model's)")
    @Nullable
    Path generator;

    @Option(
            names = "--encoder",
            paramLabel = "RUN",
            description = "run of the encoder or of joint to go on from (default: the model's)")
    @Nullable
    Path encoder;

    @Option(
            names = "--discriminator",
            paramLabel = "FROM",
            description = "run of the generator or of joint whose discriminator to go on from (default: a new one)")
    @Nullable
    Path discriminator;

    @Option(
            names = "--resolution",
            description =
                    "pixels a side, a power of two: where it is higher than the model's, the generator and the "
                            + "discriminator grow, and the encoder reads pictures of the size that it knows (default: the model's)")
    @Nullable
    Integer resolution;

    @Option(names = "--batch", defaultValue = "16", description = "pictures a step (default ${DEFAULT-VALUE})")
    int batch;

    @Option(names = "--lr", defaultValue = "0.002", description = "learning rate (default ${DEFAULT-VALUE})")
    double rate;

    @Option(names = "--lr-d", defaultValue = "0.0025", description = "of the discriminator (default ${DEFAULT-VALUE})")
    double criticRate;

    @Option(
            names = "--lambda-recon",
            defaultValue = "100",
            description = "weight of the frames' squared error (default ${DEFAULT-VALUE})")
    double reconstruction;

    @Option(
            names = "--lambda-change",
            defaultValue = "0",
            description = "weight of the squared error of what changes between two frames of a video, so that a blink "
                    + "counts beside a face (default ${DEFAULT-VALUE})")
    double change;

    @Option(
            names = "--latent",
            defaultValue = "0.5",
            description = "weight of known latents (default ${DEFAULT-VALUE})")
    double latent;

    @Option(names = "--gamma", defaultValue = "1", description = "weight of R1 (default ${DEFAULT-VALUE})")
    double gamma;

    @Option(
            names = "--ema-kimg",
            defaultValue = "10",
            description = "half life of the averages (default ${DEFAULT-VALUE})")
    double emaKimg;

    @Option(
            names = "--critic-kimg",
            description = "thousands of pictures in which the discriminator learns alone (default 3, and 0 with "
                    + "--discriminator)")
    @Nullable
    Double criticKimg;

    @Mixin
    PrecisionOption precision;

    @Override
    public Integer call() throws IOException {
        common.settle(Map.of("kimg", 140.0));
        Path painter = from("--generator", generator);
        Path inverter = from("--encoder", encoder);
        Preset preset = networks(Runs.preset(painter), inverter);
        common.checkGroups(batch, preset.critic().mbstdGroup());
        if (change > 0 && batch % 4 != 0) {
            throw new ParameterException(
                    common.spec.commandLine(),
                    "--lambda-change takes frames in pairs, half of a batch: --batch must be a multiple of 4, got "
                            + batch);
        }
        Discriminator critic = new Discriminator(preset.critic());
        double alone = criticKimg != null ? criticKimg : discriminator == null ? 3 : 0;
        try (NDManager manager = ComputeDevice.manager();
                VideoDataset data = common.open(preset.resolution(), 1)) {
            InversionEncoder network = new InversionEncoder(
                    Objects.requireNonNull(preset.architecture().encoder()));
            Beginning startCritic = discriminator == null
                    ? Beginning.FRESH
                    : Beginning.at(Grown.critic(manager, discriminator, preset, common.seed + 1));
            return common.run(
                    new JointStage(
                            new Generator(preset.architecture().generator()),
                            network,
                            Grown.generator(manager, painter, preset, common.seed),
                            Runs.encoder(manager, network, inverter),
                            critic,
                            startCritic,
                            new JointStage.Config(
                                    batch,
                                    rate,
                                    criticRate,
                                    reconstruction,
                                    change,
                                    latent,
                                    gamma,
                                    16,
                                    emaKimg,
                                    Math.round(alone * 1000 / batch),
                                    common.steps(batch),
                                    precision.on(manager),
                                    augment.config(
                                            discriminator == null
                                                    ? Augmentation.Config.SPEED_KIMG
                                                    : Augmentation.Config.RESUMED_SPEED_KIMG)),
                            data,
                            common.seed),
                    preset);
        }
    }

    private Preset networks(Preset parent, Path inverter) throws IOException {
        InversionEncoder.Config inverse = Runs.preset(inverter).architecture().encoder();
        if (inverse == null) {
            throw new FileRefused(
                    inverter + " has no encoder, which is trained together with its generator: name a run "
                            + "of train encoder, or a model that has one");
        }
        Preset before = parent.with(parent.name(), inverse);
        int side = resolution == null ? before.resolution() : resolution;
        return common.named(() -> before.at(side));
    }

    private Path from(String option, @Nullable Path run) {
        Path chosen = run == null ? model : run;
        if (chosen == null) {
            throw new ParameterException(
                    common.spec.commandLine(),
                    "there is nothing to go on from: give --model DIR, or " + option + " RUN");
        }
        return chosen;
    }
}
