package org.styleinv.trainer.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.styleinv.trainer.command.option.NumberRanges;
import org.styleinv.trainer.command.option.WatchOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code train all}: from videos, or from nothing, to a model folder. */
@Command(
        name = "all",
        description = {
            "The three stages and the model, in one go; given again it goes on where it was stopped.",
            "Where there are no videos it renders talking faces first. With --recipe, the commands of a recipe instead."
        },
        mixinStandardHelpOptions = true)
final class AllCommand implements Callable<Integer> {
    /** What only the recipe of the three stages asks for. */
    private static final List<String> OWN =
            List.of("--data", "--clips", "--generator-kimg", "--encoder-kimg", "--motion-kimg", "--batch", "--seed");

    @Option(
            names = "--work",
            required = true,
            paramLabel = "DIR",
            description = "where runs live, in generator, encoder and motion; faces are rendered to faces")
    Path work;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "model folder to write")
    Path out;

    @Option(names = "--data", paramLabel = "DIR", description = "folder of videos (default: rendered faces)")
    @Nullable
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
    @Nullable
    Integer batch;

    @Option(names = "--seed", defaultValue = "0", description = "of everything random (default ${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--recipe",
            paramLabel = "FILE",
            description = "commands and their options to follow instead, as JSON: models/faces-64/recipe.json is one")
    @Nullable
    Path recipe;

    @Option(
            names = "--scale",
            defaultValue = "1",
            description = "what every kimg and number of clips is multiplied by: 0.01 is a rehearsal "
                    + "(default ${DEFAULT-VALUE})")
    double scale;

    @Option(
            names = {"-n", "--dry-run"},
            description = "print the commands and leave nothing")
    boolean dryRun;

    @Option(names = "--json", description = "figures as one JSON object a line")
    boolean json;

    @Mixin
    WatchOptions watch;

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        NumberRanges.check(spec);
        watch.check();
        List<TrainingRecipe.Line> lines = recipe().lines(work, out, scale);
        List<String> texts = lines.stream().map(TrainingRecipe.Line::toString).toList();
        List<CommandCall> sisters = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            sisters.add(CommandCall.of(spec.commandLine(), lines.get(i), "step " + (i + 1)));
        }
        if (dryRun) {
            texts.forEach(text -> System.out.println("styleinv " + text));
            return 0;
        }
        List<String> more = new ArrayList<>(watch.arguments());
        if (json) {
            more.add("--json");
        }
        Files.createDirectories(work);
        RecipeProgress followed = new RecipeProgress(work);
        for (int i = followed.of(texts); i < lines.size(); i++) {
            String step = String.format(Locale.ROOT, "step %d of %d", i + 1, lines.size());
            System.err.println(step + ": " + texts.get(i));
            int code = sisters.get(i).run(more);
            if (code != 0) {
                System.err.println(step + " ended with exit code " + code + "; the same command goes on there");
                return code;
            }
            followed.write(texts.subList(0, i + 1));
        }
        return 0;
    }

    private TrainingRecipe recipe() throws IOException {
        if (recipe == null) {
            double[] kimg = {generatorKimg, encoderKimg, motionKimg};
            return TrainingRecipe.threeStages(data, clips, kimg, batch, seed);
        }
        for (String name : OWN) {
            if (spec.commandLine().getParseResult().hasMatchedOption(name)) {
                throw new ParameterException(
                        spec.commandLine(), name + " does not go with --recipe: it is the recipe that says that");
            }
        }
        return TrainingRecipe.read(recipe);
    }
}
