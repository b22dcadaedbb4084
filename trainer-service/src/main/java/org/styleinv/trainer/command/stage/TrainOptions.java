package org.styleinv.trainer.command.stage;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.styleinv.network.file.FolderLock;
import org.styleinv.trainer.command.option.WatchOptions;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.run.DryRun;
import org.styleinv.trainer.run.SnapshotMeasures;
import org.styleinv.trainer.run.TrainingRun;
import org.styleinv.trainer.stage.Pictures;
import org.styleinv.trainer.stage.Stage;
import org.styleinv.trainer.state.DataRecord;
import org.styleinv.trainer.watch.Watching;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every stage is told. */
final class TrainOptions {
    private static final int REALS = 64;

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "folder of videos, at any depth")
    Path data;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "folder where decoded frames stay for the next run of the same videos (default: they are "
                    + "decoded for each run, into java.io.tmpdir)")
    Path cache;

    @Option(
            names = {"--run", "--outdir"},
            required = true,
            paramLabel = "DIR",
            description = "folder of the run; where it has a snapshot the run goes on from it, exactly")
    Path run;

    @Option(names = "--kimg", description = "thousands of images to show in all (default: the preset's)")
    Double kimg;

    @Option(
            names = "--schedule-kimg",
            description =
                    "thousands of images over which learning rates fall, where the run goes on with other options "
                            + "after --kimg (default: --kimg)")
    Double scheduleKimg;

    @Option(names = "--seed", defaultValue = "0", description = "of everything random (default ${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--tick",
            defaultValue = "10",
            description = "seconds between lines of figures (default ${DEFAULT-VALUE})")
    double tick;

    @Option(
            names = {"--snapshot", "--snap"},
            defaultValue = "300",
            description = "seconds between snapshots (default ${DEFAULT-VALUE})")
    double snapshot;

    @Option(
            names = "--keep",
            defaultValue = "3",
            description = "snapshots to keep, beside the best (default ${DEFAULT-VALUE})")
    int keep;

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
    Path heldOut;

    @Option(
            names = "--metrics-samples",
            defaultValue = "16",
            description = "streams that --metrics watches, or a quarter of the pictures (default ${DEFAULT-VALUE})")
    int metricsSamples;

    @Option(
            names = {"-n", "--dry-run"},
            description = "print the plan: networks, memory, seconds for a thousand images, time; and leave nothing")
    boolean dryRun;

    @Option(names = "--json", description = "figures as one JSON object a line")
    boolean json;

    @Mixin
    WatchOptions watch;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    private VideoDataset dataset;

    /**
     * Gives each option of the command that was not given its value in a preset.
     *
     * @param preset values by the names of options, without dashes
     */
    void settle(Map<String, ?> preset) {
        preset.forEach((name, value) -> {
            OptionSpec option = spec.findOption("--" + name);
            if (option == null) {
                throw new IllegalStateException(spec.qualifiedName() + " has no option --" + name);
            }
            if (!given(name)) {
                option.setValue(value);
            }
        });
    }

    /** Whether an option is on the command line. */
    boolean given(String name) {
        return spec.commandLine().getParseResult().hasMatchedOption("--" + name);
    }

    /** What {@code preset} finds, or its refusal as one of the command line. */
    <T> T named(Supplier<T> preset) {
        try {
            return preset.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * Refuses a batch that a discriminator cannot take.
     *
     * @param group of the minibatch standard deviation
     */
    void checkGroups(int batch, int group) {
        if (batch < 1 || group < 1 || batch % Math.min(batch, group) != 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--batch " + batch + " does not divide into groups of " + group
                            + " for the minibatch standard deviation: give a multiple of it, or another --mbstd");
        }
    }

    /**
     * Runs a stage with figures on standard output, or prints its plan.
     *
     * @param networks that it is made of
     */
    int run(Stage stage, Preset networks) throws IOException {
        return run(stage, networks::keep, () -> {});
    }

    /** Something that is written to a run's folder. */
    interface Record {
        void keep(Path run) throws IOException;
    }

    /** What is done when a run has come to its end. */
    interface End {
        void come() throws IOException;
    }

    /**
     * As the other, for a stage whose networks are no model's.
     *
     * @param networks keeps what it is made of, or refuses a run of other networks
     */
    int run(Stage stage, Record networks, End end) throws IOException {
        try (stage) {
            if (dryRun) {
                DryRun plan = DryRun.of(stage, kimg);
                print(json ? plan.json() : plan.text());
                return 0;
            }
            try (VideoDataset others = heldOut()) {
                SnapshotMeasures measures = metrics
                        ? new SnapshotMeasures(stage, others == null ? dataset : others, metricsSamples, seed)
                        : null;
                try (FolderLock held = lock()) {
                    networks.keep(run);
                    int code = train(new TrainingRun(
                            stage, new TrainingRun.Config(run, kimg, tick, snapshot, keep, options()), measures));
                    if (code == 0) {
                        end.come();
                    }
                    return code;
                }
            }
        }
    }

    /** Null where none are named. */
    private VideoDataset heldOut() throws IOException {
        if (heldOut == null) {
            return null;
        }
        if (!metrics) {
            throw new ParameterException(spec.commandLine(), "--held-out is for --metrics: give that, too");
        }
        VideoDataset videos = VideoDataset.open(heldOut, dataset.resolution(), 2, (done, all) -> {});
        videos.tell(System.err);
        return videos;
    }

    /** Two trainers in one folder would each take the other's snapshots for their own. */
    private FolderLock lock() throws IOException {
        return FolderLock.take(
                run.resolve(".lock"),
                Duration.ZERO,
                pid -> run + " is being trained by process " + pid
                        + " already: wait until it ends, stop it, or name another folder as --run");
    }

    private int train(TrainingRun training) throws IOException {
        DataRecord.hold(run, videos());
        drawReals(run.resolve("pictures/reals.png"));
        try (Watching watching = watch.open(run, training::ended)) {
            try {
                boolean ended = training.run(tick -> {
                    print(json ? tick.json() : tick.text());
                    watching.show(tick.progress(kimg, run.toString()));
                });
                return ended ? 0 : TrainingRun.TRY_AGAIN;
            } catch (IOException | RuntimeException e) {
                watching.fail(String.valueOf(e.getMessage()));
                throw e;
            }
        }
    }

    /** Each video's place in its folder, and its frames. */
    private List<String> videos() {
        List<String> videos = new ArrayList<>();
        for (int clip = 0; clip < dataset.clips(); clip++) {
            Path file = dataset.file(clip);
            videos.add(
                    (file.startsWith(data) ? data.relativize(file) : file) + ", " + dataset.frames(clip) + " frames,");
        }
        return videos;
    }

    /** What the run's own pictures are held against. */
    private void drawReals(Path file) throws IOException {
        if (!Files.exists(file)) {
            try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
                Pictures.grid(new Draws(seed, -1, 0).frames(scope, dataset, REALS, false), 8, 2, file);
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

    /** Every option of the command as given or by default, by its name without dashes. */
    private Map<String, String> options() {
        Map<String, String> options = new TreeMap<>();
        for (OptionSpec option : spec.options()) {
            if (!option.usageHelp() && !option.versionHelp()) {
                Object value = option.getValue();
                options.put(option.longestName().replaceFirst("^-+", ""), value == null ? null : value.toString());
            }
        }
        return options;
    }

    /** The videos, which the caller closes. */
    VideoDataset open(int resolution, int minFrames) throws IOException {
        if (!dryRun && Files.isDirectory(run)) {
            lock().close(); // refused before hours go into decoding
        }
        long[] said = {System.nanoTime()};
        dataset = VideoDataset.open(data, resolution, minFrames, Optional.ofNullable(cache), (done, all) -> {
            if (System.nanoTime() - said[0] > 5_000_000_000L) {
                said[0] = System.nanoTime();
                System.err.println("read " + done + " of " + all + " videos of " + data);
            }
        });
        dataset.tell(System.err);
        if (dryRun && !json) {
            System.out.println("data " + dataset.room());
        }
        return dataset;
    }

    /** Over which learning rates fall. */
    long steps(int batch) {
        return Math.max(1, Math.round((scheduleKimg == null ? kimg : scheduleKimg) * 1000 / batch));
    }
}
