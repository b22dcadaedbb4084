package org.styleinv.trainer.command.option;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.run.SnapshotMeasures;
import org.styleinv.trainer.run.TrainingRun;
import org.styleinv.trainer.stage.Stage;
import picocli.CommandLine.Option;

/** What a run's snapshots are measured by. */
public final class MetricsOptions {
    @Option(
            names = "--metrics",
            description = "at each snapshot take those measures of `evaluate` that need no download, into stats.jsonl; "
                    + "best.safetensors is then the best by them: motion_misfit of a motion, inversion_psnr_db of an "
                    + "encoder, swd of a generator")
    boolean metrics;

    @Option(
            names = "--held-out",
            paramLabel = "DIR",
            description = "videos that --metrics holds snapshots against (default: those of --data)")
    @Nullable
    Path heldOut;

    @Option(
            names = "--metrics-samples",
            defaultValue = "16",
            description = "streams that --metrics watches, or a quarter of the pictures (default ${DEFAULT-VALUE})")
    int metricsSamples;

    /**
     * This.
     *
     * @throws IllegalArgumentException where an option is of no use
     */
    public MetricsOptions checked() {
        if (heldOut != null && !metrics) {
            throw new IllegalArgumentException("--held-out is for --metrics: give that, too");
        }
        return this;
    }

    /** The videos that snapshots are held against, which the caller closes; null where they are those of {@code --data}. */
    public @Nullable VideoDataset heldOut(int resolution) throws IOException {
        if (heldOut == null) {
            return null;
        }
        VideoDataset videos = VideoDataset.open(heldOut, resolution, 2, (done, all) -> {});
        videos.tell(System.err);
        return videos;
    }

    /**
     * A run whose snapshots are measured, where that is asked for.
     *
     * @param data that snapshots are held against
     */
    public TrainingRun run(Stage stage, TrainingRun.Config config, VideoDataset data, long seed) throws IOException {
        return metrics
                ? new TrainingRun(stage, config, new SnapshotMeasures(stage, data, metricsSamples, seed))
                : new TrainingRun(stage, config);
    }
}
