package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.file.FolderLock;
import org.styleinv.trainer.command.option.MetricsOptions;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.run.DryRun;
import org.styleinv.trainer.run.TrainingRun;
import org.styleinv.trainer.stage.Pictures;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.state.DataRecord;
import org.styleinv.trainer.watch.Watching;

/**
 * A stage as a command runs it, with figures on standard output and for whoever watches; or its plan.
 *
 * @param data that the stage trains on
 */
record StageRun(TrainOptions options, VideoDataset data) {
    private static final int REALS = 64;

    /** What a stage is made of, as it is written to a run's folder. */
    interface NetworksRecord {
        void keep(Path run) throws IOException;
    }

    /** What is done when a run has come to its end. */
    interface End {
        void come() throws IOException;
    }

    /**
     * The exit code. Closes the stage.
     *
     * @param networks keeps what it is made of, or refuses a run of other networks
     */
    int of(Stage stage, NetworksRecord networks, End end) throws IOException {
        try (stage) {
            if (options.dryRun) {
                DryRun plan = DryRun.of(stage, options.kimg);
                print(options.json ? plan.json() : plan.text());
                return 0;
            }
            MetricsOptions metrics = options.named(options.metrics::checked);
            try (VideoDataset others = metrics.heldOut(data.resolution())) {
                TrainingRun training = metrics.run(stage, config(), others == null ? data : others, options.seed);
                try (FolderLock held = options.lock()) {
                    networks.keep(options.run);
                    int code = train(training);
                    if (code == 0) {
                        end.come();
                    }
                    return code;
                }
            }
        }
    }

    private TrainingRun.Config config() {
        return new TrainingRun.Config(
                options.run, options.kimg, options.tick, options.snapshot, options.keep, options.options());
    }

    private int train(TrainingRun training) throws IOException {
        DataRecord.hold(options.run, options.videos.lines(data));
        drawReals(options.run.resolve("pictures/reals.png"));
        try (Watching watching = options.watch.open(options.run, training::ended)) {
            try {
                boolean ended = training.run(tick -> {
                    print(options.json ? tick.json() : tick.text());
                    watching.show(tick.progress(options.kimg, options.run.toString()));
                });
                return ended ? 0 : TrainingRun.TRY_AGAIN;
            } catch (IOException | RuntimeException e) {
                watching.fail(String.valueOf(e.getMessage()));
                throw e;
            }
        }
    }

    /** What the run's own pictures are held against. */
    private void drawReals(Path file) throws IOException {
        if (!Files.exists(file)) {
            try (NDManager scope = ComputeDevice.manager()) {
                Pictures.grid(new Draws(options.seed, -1, 0).frames(scope, data, REALS, false), 8, 2, file);
            }
        }
    }

    private static void print(Object line) {
        try {
            System.out.println(line instanceof Map ? new ObjectMapper().writeValueAsString(line) : line);
        } catch (IOException e) {
            throw new UncheckedIOException("figures cannot be written as JSON", e);
        }
    }
}
