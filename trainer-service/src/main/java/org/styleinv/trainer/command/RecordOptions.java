package org.styleinv.trainer.command;

import java.util.Map;
import org.styleinv.network.checkpoint.TrainingRecord;
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
