package org.styleinv.trainer.command;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.styleinv.network.Weights;
import org.styleinv.network.checkpoint.TrainingRecord;
import org.styleinv.trainer.state.Mantissas;
import org.styleinv.trainer.state.RunRecord;
import picocli.CommandLine.Option;

/** Where a model comes from, for its record: what {@code export} and {@code variant} are told alike. */
final class RecordOptions {
    @Option(names = "--data", required = true, description = "what it was trained on, in words")
    String data;

    @Option(names = "--seed", defaultValue = "0", description = "of the training (default ${DEFAULT-VALUE})")
    long seed;

    @Option(names = "--commit", description = "of the code that trained it (default: of this code)")
    String commit = RunRecord.commit();

    @Option(names = "--licence", defaultValue = "CC0-1.0", description = "SPDX (default ${DEFAULT-VALUE})")
    String licence;

    @Option(
            names = "--mantissa",
            paramLabel = "BITS",
            defaultValue = "23",
            description =
                    "bits of each weight's mantissa that are kept, the others are 0: with 10 to 13 a file compresses "
                            + "by a quarter to two fifths, as git does it (default ${DEFAULT-VALUE}, all)")
    int mantissa;

    /** The weights as they are written. */
    Weights kept(NDManager parent, Weights weights) {
        return Mantissas.rounded(parent, weights, mantissa);
    }

    /**
     * A model's record.
     *
     * @param fps frames a second of its videos, 0 where it makes none
     * @param kimg thousands of images that each stage was shown
     * @param metrics figures of {@code evaluate}
     */
    TrainingRecord record(Notice notice, double fps, Map<String, Double> kimg, Map<String, Double> metrics) {
        return new TrainingRecord(notice.behind(data), fps, seed, commit, kimg, metrics, licence);
    }
}
