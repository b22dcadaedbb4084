package org.styleinv.trainer.run;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.state.RunRecord;
import org.styleinv.trainer.state.Snapshot;

/** What a stage takes from the runs of others, or from model folders. */
public final class Runs {
    private static final String DISCRIMINATOR = "discriminator.safetensors"; // of an imported checkpoint

    private Runs() {}

    /** Whether {@code folder} is a model; else it is a run. */
    public static boolean isModel(Path folder) {
        return Files.exists(folder.resolve("model.json"));
    }

    /**
     * What a run or a model was made with; a run of a time before such records is of {@code faces-64}.
     *
     * @throws IOException where {@code folder} is neither
     */
    public static Preset preset(Path folder) throws IOException {
        if (isModel(folder)) {
            return Preset.of(ModelFolder.open(folder));
        }
        if (!Files.exists(TrainingRun.snapshot(folder))) {
            throw new FileRefused(folder + " has no snapshot; it wants the folder of a run of an earlier stage");
        }
        return RunRecord.networks(folder, Preset.class).orElseGet(Preset::faces64);
    }

    /** Reads one network out of a run's snapshot. */
    public static Weights read(NDManager manager, Layer network, Path run, String prefix) throws IOException {
        Snapshot snapshot = new Snapshot(TrainingRun.snapshot(run));
        if (!snapshot.exists()) {
            throw new FileRefused(run + " has no snapshot; it wants the folder of a run of an earlier stage");
        }
        Weights weights = network.initialize(manager, 0);
        snapshot.read(prefix, weights);
        return weights;
    }

    /** The averaged generator of a run of stage 1, or of joint, or the generator of a model. */
    public static FrozenGenerator generator(NDManager manager, Preset preset, Path run) throws IOException {
        Generator network = new Generator(preset.architecture().generator());
        Weights weights =
                isModel(run) ? ModelFolder.open(run).loadGenerator(manager) : read(manager, network, run, "ema.");
        return new FrozenGenerator(network, weights);
    }

    /** The encoder of a run of stage 2, or of joint, or of a model. */
    public static Weights encoder(NDManager manager, InversionEncoder network, Path run) throws IOException {
        return isModel(run) ? ModelFolder.open(run).loadEncoder(manager) : read(manager, network, run, "e.");
    }

    /** Thousands of images that a stage's run has shown, or a model's record says; 0 where it does not say. */
    public static double kimg(Path run, String stage) throws IOException {
        return isModel(run) ? ModelFolder.open(run).training().kimg().getOrDefault(stage, 0.0) : TrainingRun.kimg(run);
    }

    /** Whether the discriminator of stage 1 is there. */
    public static boolean hasCritic(Path run) throws IOException {
        return !isModel(run) || ModelFolder.open(run).files().contains(DISCRIMINATOR);
    }

    /** The discriminator of a run of stage 1, of joint or of style, or of a model that was imported with one. */
    public static Weights critic(NDManager manager, Discriminator critic, Path run) throws IOException {
        if (!isModel(run)) {
            return read(manager, critic, run, "d.");
        }
        if (!hasCritic(run)) {
            throw new FileRefused(run + " has no discriminator: name the run of stage 1 that it was exported from, or "
                    + "import the StyleGAN2 pickle, which has one");
        }
        return ModelFolder.open(run).loadParts(manager, critic, List.of(DISCRIMINATOR));
    }
}
