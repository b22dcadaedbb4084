package org.styleinv.mesh.command.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.command.output.Console;
import org.styleinv.trainer.data.Account;
import org.styleinv.trainer.data.Survey;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.Choice;
import org.styleinv.trainer.data.find.NameList;
import org.styleinv.trainer.data.imported.Drawn;
import org.styleinv.trainer.data.imported.ImportedVideos;
import org.styleinv.trainer.data.rendered.Look;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dataset}: videos to train on. */
@Command(
        name = "dataset",
        description = "Render a data set of talking faces, import your videos, or check them.",
        mixinStandardHelpOptions = true,
        subcommands = {DatasetCommand.Render.class, DatasetCommand.Import.class, DatasetCommand.Check.class})
public final class DatasetCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "dataset wants one of: " + String.join(", ", spec.subcommands().keySet()));
    }

    /** {@code dataset render}. */
    @Command(
            name = "render",
            description =
                    "Draw clips of talking faces as MP4, with what was drawn beside each. Goes on where it was stopped.",
            mixinStandardHelpOptions = true)
    static final class Render implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "Where to write.")
        private Path folder;

        @Option(
                names = "--clips",
                paramLabel = "N",
                defaultValue = "1000",
                description = "How many clips (default: ${DEFAULT-VALUE}).")
        private int clips;

        @Option(
                names = "--frames",
                paramLabel = "N",
                defaultValue = "160",
                description = "Frames of each (default: ${DEFAULT-VALUE}).")
        private int frames;

        @Option(
                names = "--size",
                paramLabel = "N",
                defaultValue = "64",
                description = "Pixels of a side (default: ${DEFAULT-VALUE}).")
        private int size;

        @Option(
                names = "--fps",
                paramLabel = "F",
                defaultValue = "30",
                description = "Frames a second (default: ${DEFAULT-VALUE}).")
        private double fps;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "0",
                description = "Of everything random (default: ${DEFAULT-VALUE}).")
        private long seed;

        @Option(
                names = "--split",
                paramLabel = "NAME",
                defaultValue = "training",
                description = "training or held_out: faces of one are never in the other (default: ${DEFAULT-VALUE}).")
        private RenderedFaces.Split split;

        @Option(
                names = "--style",
                paramLabel = "NAME",
                defaultValue = "colour",
                description = "colour, or sketch: the same scenes in pencil (default: ${DEFAULT-VALUE}).")
        private Look look;

        @Mixin
        private Console report;

        @Override
        public Integer call() throws IOException {
            RenderedFaces.render(
                    folder,
                    split,
                    look,
                    clips,
                    frames,
                    size,
                    fps,
                    seed,
                    (done, total) -> report.progress("clips", done, total));
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("folder", folder.toString());
            json.put("clips", clips);
            json.put("frames", frames);
            json.put("size", size);
            json.put("seed", seed);
            report.json(json);
            report.say("%d clips of %d frames, %d x %d: %s", clips, frames, size, size, folder);
            return 0;
        }
    }

    /** {@code dataset import}. */
    @Command(
            name = "import",
            description = "Bring videos and folders of pictures to one size and frame rate, as a folder of PNG each. "
                    + "Goes on where it was stopped.",
            mixinStandardHelpOptions = true)
    static final class Import implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FROM", description = "Folder of videos, at any depth, or a ZIP file.")
        private Path from;

        @Parameters(index = "1", paramLabel = "DIR", description = "Where to write.")
        private Path folder;

        @Option(
                names = "--resolution",
                paramLabel = "N",
                defaultValue = "256",
                description = "Pixels of a side; the middle square is kept (default: ${DEFAULT-VALUE}).")
        private int resolution;

        @Option(
                names = "--fps",
                paramLabel = "F",
                defaultValue = "0",
                description = "Frames a second to keep, 0 for all (default: ${DEFAULT-VALUE}).")
        private double fps;

        @Option(
                names = "--picture-fps",
                paramLabel = "F",
                defaultValue = "0",
                description = "Frames a second that folders of pictures have; 0 keeps every picture (default: "
                        + "${DEFAULT-VALUE}).")
        private double pictureFps;

        @Option(
                names = "--align",
                paramLabel = "HOW",
                defaultValue = "none",
                description =
                        "none: the middle square; clip: one square around the face for the whole video; track: one "
                                + "that follows it; for both landmarks are read from NAME.json or NAME.csv beside each video "
                                + "(docs/training.md). detect: as track, by the face that is found in the frames "
                                + "(default: ${DEFAULT-VALUE}).")
        private Alignment alignment;

        @Option(
                names = "--align-smooth",
                paramLabel = "S",
                defaultValue = "0.2",
                description = "Seconds that a track is smoothed over, a Gaussian's sigma (default: ${DEFAULT-VALUE}).")
        private double smoothing;

        @Option(
                names = "--background",
                paramLabel = "RRGGBB",
                defaultValue = "ffffff",
                converter = Colour.class,
                description =
                        "Colour behind what is transparent in animated WebP and PNG and in SVG; in all else it is white "
                                + "(default: ${DEFAULT-VALUE}).")
        private int background;

        @Option(
                names = "--style",
                paramLabel = "NAME",
                defaultValue = "colour",
                description =
                        "colour, or pencil: drawn anew by OpenCV, to learn a style from (default: ${DEFAULT-VALUE}).")
        private Drawn look;

        @Option(
                names = "--only",
                paramLabel = "FILE",
                description = "File of the names of videos, one a line: no others are imported (default: all are).")
        private @Nullable Path only;

        @Option(
                names = "--held-out",
                paramLabel = "FILE",
                description = "File of the names of videos that are not imported, one a line (default: none).")
        private @Nullable Path heldOut;

        @Mixin
        private Console report;

        @Override
        public Integer call() throws IOException {
            ImportedVideos.Result result = ImportedVideos.run(
                    from,
                    folder,
                    new ImportedVideos.Settings(resolution, fps, pictureFps, alignment, smoothing, background, look),
                    new Choice(names(only), names(heldOut)),
                    (done, total) -> report.progress("videos", done, total));
            list(report, result.problems(), result.account().notes());
            var json = new LinkedHashMap<String, Object>();
            json.put("folder", folder.toString());
            json.put("videos", result.videos());
            put(json, result.account(), result.problems(), result.account().notes());
            report.json(json);
            report.say("%s", result.account());
            report.say(
                    "%s holds %d videos, %d x %d; %d could not be used",
                    Problem.printable(folder.toString()),
                    result.videos(),
                    resolution,
                    resolution,
                    result.problems().size());
            return code(result.videos(), result.problems().isEmpty());
        }

        private static Optional<NameList> names(@Nullable Path file) throws IOException {
            return file == null ? Optional.empty() : Optional.of(NameList.read(file));
        }

        private static final class Colour implements CommandLine.ITypeConverter<Integer> {
            @Override
            public Integer convert(String value) {
                if (!value.matches("#?[0-9a-fA-F]{6}")) {
                    throw new CommandLine.TypeConversionException(
                            "wants six hexadecimal digits, red, green, blue, such as b4c2d0, got " + value);
                }
                return Integer.parseInt(value.replace("#", ""), 16);
            }
        }
    }

    /** {@code dataset check}. */
    @Command(
            name = "check",
            description =
                    "Decode every video in a folder; names each that cannot be used, is too small, or is there twice.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "Folder of videos, at any depth.")
        private Path folder;

        @Option(
                names = "--resolution",
                paramLabel = "N",
                defaultValue = "64",
                description = "Pixels of a side to train at (default: ${DEFAULT-VALUE}).")
        private int resolution;

        @Option(
                names = "--min-frames",
                paramLabel = "N",
                defaultValue = "1",
                description = "Shorter videos are named too (default: ${DEFAULT-VALUE}).")
        private int minFrames;

        @Mixin
        private Console report;

        @Override
        public Integer call() throws IOException {
            Survey data =
                    Survey.of(folder, resolution, minFrames, (done, total) -> report.progress("files", done, total));
            List<Problem> remarks = data.remarks();
            list(report, data.problems(), remarks);
            var json = new LinkedHashMap<String, Object>();
            json.put("clips", data.clips().size());
            json.put("frames", data.frames());
            json.put("bytes", data.bytes());
            put(json, data.account(), data.problems(), remarks);
            report.json(json);
            report.say("%s", data.account());
            report.say(
                    "%d good videos with %d frames, %d files that cannot be used, %d to look at",
                    data.clips().size(), data.frames(), data.problems().size(), remarks.size());
            report.say("a run takes %s", data.room());
            return code(data.clips().size(), data.problems().isEmpty() && remarks.isEmpty());
        }
    }

    private static void list(Console report, List<Problem> problems, List<Problem> remarks) {
        for (Problem problem : problems) {
            report.json(Map.of("file", problem.file().toString(), "ok", false, "reason", problem.reason()));
            report.say("cannot be used: %s", problem);
        }
        for (Problem remark : remarks) {
            report.json(Map.of("file", remark.file().toString(), "ok", true, "reason", remark.reason()));
            report.say("look at: %s", remark);
        }
    }

    private static void put(Map<String, Object> json, Account account, List<Problem> problems, List<Problem> remarks) {
        json.put("files", account.files());
        json.put("read", account.read());
        json.put("left_out", account.leftOut());
        json.put("passed_over", account.passedOver());
        json.put("problems", problems.size());
        json.put("remarks", remarks.size());
    }

    /** 0 where all is well, 1 where something is left out or deserves a look, 2 where there is nothing to use. */
    private static int code(int videos, boolean well) {
        return videos == 0
                ? CommandLine.ExitCode.USAGE
                : well ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
}
