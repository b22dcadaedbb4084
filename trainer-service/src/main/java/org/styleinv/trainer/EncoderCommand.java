package org.styleinv.trainer;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.data.VideoDataset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train encoder}: stage 2. */
@Command(name = "encoder", description = "Stage 2: an encoder that inverts frames.", mixinStandardHelpOptions = true)
final class EncoderCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Option(names = "--generator", required = true, paramLabel = "RUN", description = "run of stage 1")
    Path generator;

    @Option(names = "--batch", defaultValue = "32", description = "pictures a step (default ${DEFAULT-VALUE})")
    int batch;

    @Option(names = "--lr", defaultValue = "0.002", description = "learning rate (default ${DEFAULT-VALUE})")
    double rate;

    @Option(names = "--features", defaultValue = "0.2", description = "weight of features (default ${DEFAULT-VALUE})")
    double features;

    @Option(names = "--latent", defaultValue = "0.1", description = "weight of the latent (default ${DEFAULT-VALUE})")
    double latent;

    @Override
    public Integer call() throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                VideoDataset data = common.open(1)) {
            Discriminator critic = new Discriminator(common.preset.critic());
            return common.run(new EncoderStage(
                    Runs.generator(manager, common.preset, generator),
                    critic,
                    Runs.read(manager, critic, generator, "d."),
                    common.preset.architecture().encoder(),
                    new EncoderStage.Config(batch, rate, features, latent, common.steps(batch)),
                    data,
                    common.seed));
        }
    }
}
