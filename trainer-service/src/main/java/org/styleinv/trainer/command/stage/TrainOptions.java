package org.styleinv.trainer.command.stage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderLock;
import org.styleinv.trainer.command.option.DataOptions;
import org.styleinv.trainer.command.option.MetricsOptions;
import org.styleinv.trainer.command.option.NumberRanges;
import org.styleinv.trainer.command.option.WatchOptions;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.stage.Stage;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every stage is told. */
final class TrainOptions {
    @Mixin
    DataOptions videos;

    @Mixin
    MetricsOptions metrics;

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
    @Nullable
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
            names = {"-n", "--dry-run"},
            description = "print the plan: networks, memory, seconds for a thousand images, time; and leave nothing")
    boolean dryRun;

    @Option(names = "--json", description = "figures as one JSON object a line")
    boolean json;

    @Mixin
    WatchOptions watch;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    private @Nullable VideoDataset dataset; // once it is open

    /**
     * Gives each option of the command that was not given its value in a preset, and refuses numbers that cannot be.
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
        NumberRanges.check(spec);
        named(() -> {
            watch.check();
            return watch;
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

    /** As the other, for a stage whose networks are no model's. */
    int run(Stage stage, StageRun.NetworksRecord networks, StageRun.End end) throws IOException {
        return new StageRun(this, Objects.requireNonNull(dataset, "open() comes first")).of(stage, networks, end);
    }

    /** Two trainers in one folder would each take the other's snapshots for their own. */
    FolderLock lock() throws IOException {
        return FolderLock.take(
                run.resolve(".lock"),
                Duration.ZERO,
                pid -> run + " is being trained by process " + pid
                        + " already: wait until it ends, stop it, or name another folder as --run");
    }

    /** Refuses a run's folder that can never be made, and makes nothing yet. */
    private void checkPlace() throws FileRefused {
        for (Path at = run.toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at)) {
                if (!Files.isDirectory(at)) {
                    throw new FileRefused(at + " is no folder, so --run " + run + " cannot be made: name another one");
                }
                if (!Files.isWritable(at)) {
                    throw new FileRefused(at + " cannot be written to, so --run " + run
                            + " cannot be made: change its permissions, or name another one");
                }
                return;
            }
            if (Files.isSymbolicLink(at)) {
                throw new FileRefused(at + " is a link that leads nowhere, or to itself, so --run " + run
                        + " cannot be made: mend it, or name another one");
            }
        }
    }

    /** Every option of the command as given or by default, by its name without dashes. */
    Map<String, String> options() {
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
        if (!dryRun) { // refused before hours go into decoding
            checkPlace();
            if (Files.isDirectory(run)) {
                lock().close();
            }
        }
        VideoDataset opened = videos.open(resolution, minFrames);
        dataset = opened;
        if (dryRun && !json) {
            System.out.println("data " + opened.room());
        }
        return opened;
    }

    /** Over which learning rates fall. */
    long steps(int batch) {
        return Math.max(1, Math.round((scheduleKimg == null ? kimg : scheduleKimg) * 1000 / batch));
    }
}
