package org.styleinv.trainer.command.stage;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.styleinv.network.inversion.IdentityEmbedding;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.evaluate.Embedder;
import org.styleinv.trainer.stage.EmbeddingStage;
import org.styleinv.trainer.state.RunRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code train embedding}: who is seen, for {@code evaluate}. */
@Command(
        name = "embedding",
        description = {
            "An embedding of identities for `evaluate --embedding`: each clip is one person.",
            "At its end the run's folder holds embedding.json and embedding.safetensors."
        },
        mixinStandardHelpOptions = true)
public final class EmbeddingCommand implements Callable<Integer> {
    @Mixin
    TrainOptions common;

    @Option(
            names = "--resolution",
            defaultValue = "32",
            description = "pixels a side that it looks at, a power of two (default ${DEFAULT-VALUE})")
    int resolution;

    @Option(names = "--width", defaultValue = "64", description = "of the embedding (default ${DEFAULT-VALUE})")
    int width;

    @Option(
            names = "--batch",
            defaultValue = "64",
            description = "pictures a step, two of each clip (default ${DEFAULT-VALUE})")
    int batch;

    @Option(names = "--lr", defaultValue = "0.002", description = "learning rate (default ${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--mirror",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "show frames mirrored, too (default ${DEFAULT-VALUE})")
    boolean mirror;

    @Override
    public Integer call() throws IOException {
        common.settle(Map.of("kimg", 60.0));
        var architecture = new IdentityEmbedding.Config(resolution, 16 * resolution, 64, width);
        var config = new EmbeddingStage.Config(batch, rate, mirror);
        try (VideoDataset data = common.open(resolution, 2)) {
            EmbeddingStage stage = new EmbeddingStage(architecture, config, data, common.seed);
            return common.run(
                    stage,
                    run -> RunRecord.networks(run, architecture),
                    () -> Embedder.write(common.run, architecture, stage.weights(), data.clips(), common.kimg));
        }
    }
}
