package org.styleinv.trainer;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import org.styleinv.network.Layer;
import org.styleinv.network.Weights;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.state.Snapshot;

/** What a stage takes from the runs of others. */
final class Runs {
    private Runs() {}

    /** Reads one network out of a run's snapshot. */
    static Weights read(NDManager manager, Layer network, Path run, String prefix) throws IOException {
        Snapshot snapshot = new Snapshot(TrainingRun.snapshot(run));
        if (!snapshot.exists()) {
            throw new IOException(run + " has no snapshot; it wants the folder of a run of an earlier stage");
        }
        Weights weights = network.initialize(manager, 0);
        snapshot.read(prefix, weights);
        return weights;
    }

    /** The averaged generator of a run of stage 1, or of joint. */
    static FrozenGenerator generator(NDManager manager, Preset preset, Path run) throws IOException {
        Generator network = new Generator(preset.architecture().generator());
        return new FrozenGenerator(network, read(manager, network, run, "ema."));
    }
}
