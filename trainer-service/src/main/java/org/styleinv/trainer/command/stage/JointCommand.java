package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.stage.JointStage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train joint}: generator and encoder of a model tuned together. */
@Command(
        name = "joint",
        description = "Tunes a model's generator and encoder together, so that frames find a latent that paints them.",
        mixinStandardHelpOptions = true)
public final class JointCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Option(names = "--model", required = true, paramLabel = "DIR", description = "model folder to go on from")
    Path model;

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
            defaultValue = "3",
            description = "thousands of pictures in which the discriminator learns alone (default ${DEFAULT-VALUE})")
    double criticKimg;

    @Override
    public Integer call() throws IOException {
        common.settle(Map.of("kimg", 140.0));
        ModelFolder folder = ModelFolder.open(model);
        Preset preset = Preset.of(folder);
        InversionEncoder.Config encoder = folder.architecture().encoder();
        if (encoder == null) {
            throw new FileRefused(
                    model + " has no encoder, which is trained together with its generator: name a model that has one");
        }
        common.checkGroups(batch, preset.critic().mbstdGroup());
        try (NDManager manager = ComputeDevice.manager();
                VideoDataset data = common.open(preset.resolution(), 1)) {
            return common.run(
                    new JointStage(
                            new Generator(folder.architecture().generator()),
                            new InversionEncoder(encoder),
                            folder.loadGenerator(manager),
                            folder.loadEncoder(manager),
                            new Discriminator(preset.critic()),
                            new JointStage.Config(
                                    batch,
                                    rate,
                                    criticRate,
                                    reconstruction,
                                    latent,
                                    gamma,
                                    16,
                                    emaKimg,
                                    Math.round(criticKimg * 1000 / batch),
                                    common.steps(batch)),
                            data,
                            common.seed),
                    preset);
        }
    }
}
