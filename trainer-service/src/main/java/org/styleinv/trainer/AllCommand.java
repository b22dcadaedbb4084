package org.styleinv.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.styleinv.trainer.data.RenderedFaces;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train all}: from videos, or from nothing, to a model folder. */
@Command(
        name = "all",
        description = {
            "The three stages and the model, in one go; given again it goes on where it was stopped.",
            "Where there are no videos it renders talking faces first."
        },
        mixinStandardHelpOptions = true)
final class AllCommand implements Callable<Integer> {
    private static final double FPS = 30;

    @Option(
            names = "--work",
            required = true,
            paramLabel = "DIR",
            description = "where runs live, in generator, encoder and motion; faces are rendered to faces")
    Path work;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "model folder to write")
    Path out;

    @Option(names = "--data", paramLabel = "DIR", description = "folder of videos (default: rendered faces)")
    Path data;

    @Option(names = "--clips", defaultValue = "700", description = "videos to render (default ${DEFAULT-VALUE})")
    int clips;

    @Option(
            names = "--generator-kimg",
            defaultValue = "200",
            description = "thousands of images for stage 1 (default ${DEFAULT-VALUE})")
    double generatorKimg;

    @Option(
            names = "--encoder-kimg",
            defaultValue = "60",
            description = "thousands of images for stage 2 (default ${DEFAULT-VALUE})")
    double encoderKimg;

    @Option(
            names = "--motion-kimg",
            defaultValue = "150",
            description = "thousands of images for stage 3 (default ${DEFAULT-VALUE})")
    double motionKimg;

    @Option(names = "--batch", description = "images a step of stages 1 and 2 (default: each stage's own)")
    Integer batch;

    @Option(names = "--seed", defaultValue = "0", description = "of everything random (default ${DEFAULT-VALUE})")
    long seed;

    @Option(names = "--json", description = "figures as one JSON object a line")
    boolean json;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path videos = data;
        String words = "videos of " + data;
        if (data == null) {
            Preset preset = Preset.faces64();
            videos = work.resolve("faces");
            words = clips + " rendered clips of talking faces, seed " + seed;
            RenderedFaces.render(
                    videos, clips, preset.clips().clipLength(), preset.resolution(), FPS, seed, (done, all) -> {
                        if (done == all || done % 50 == 0) {
                            System.err.println("rendered " + done + " of " + all + " clips");
                        }
                    });
        }
        String generator = "--generator=" + work.resolve("generator");
        String encoder = "--encoder=" + work.resolve("encoder");
        List<String> sized = batch == null ? List.of() : List.of("--batch=" + batch);
        int code = stage("generator", videos, generatorKimg, sized);
        if (code == 0) {
            List<String> more = new ArrayList<>(sized);
            more.add(generator);
            code = stage("encoder", videos, encoderKimg, more);
        }
        if (code == 0) {
            code = stage("motion", videos, motionKimg, List.of(generator, encoder));
        }
        if (code == 0) {
            code = run(
                    "export",
                    List.of(
                            generator,
                            encoder,
                            "--motion=" + work.resolve("motion"),
                            "--out=" + out,
                            "--data=" + words,
                            "--seed=" + seed));
        }
        return code;
    }

    private int stage(String name, Path videos, double kimg, List<String> more) throws IOException {
        List<String> arguments = new ArrayList<>(more);
        arguments.add("--data=" + videos);
        arguments.add("--run=" + Files.createDirectories(work.resolve(name)));
        arguments.add("--kimg=" + kimg);
        arguments.add("--seed=" + seed);
        if (json) {
            arguments.add("--json");
        }
        return run(name, arguments);
    }

    /** Runs a sister command, failing in the way that this one would. */
    private int run(String name, List<String> arguments) {
        CommandLine own = spec.commandLine();
        CommandLine sister = own.getParent().getSubcommands().get(name);
        return sister.setExecutionExceptionHandler(own.getExecutionExceptionHandler())
                .execute(arguments.toArray(String[]::new));
    }
}
