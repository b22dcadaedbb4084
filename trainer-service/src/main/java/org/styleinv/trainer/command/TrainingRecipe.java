package org.styleinv.trainer.command;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.RegularFile;
import org.styleinv.trainer.preset.Preset;

/**
 * How a model comes about: commands of this program in the order that they are given in, each with its options. A folder is
 * named from {@code {work}} or {@code {out}} on, which whoever follows the recipe chooses, or from {@code {recipe}} on, the
 * folder of the recipe's own file.
 *
 * @param about what it makes, for a person
 * @param folder of its file, for which {@code {recipe}} stands
 */
record TrainingRecipe(
        String format,
        String about,
        List<Step> steps,
        @JsonIgnore Path folder) {
    private static final String FORMAT = "styleinv-recipe/1";
    private static final String FOLDER = "{recipe}";
    private static final int FEWEST_CLIPS = 2;

    /**
     * @param command words of the command, {@code train motion}
     * @param options by name without dashes
     * @param legs what changes on the way of a run that is given more than once: options of each time, in place of those
     *     of the same name; null or empty for one time with {@code options}
     */
    record Step(
            String command,
            @Nullable Map<String, String> options,
            @Nullable List<Map<String, String>> legs) {
        /** JSON can say null wherever a value is wanted. */
        boolean lacksAValue() {
            return options != null && lacksAValue(options)
                    || legs != null && legs.stream().anyMatch(leg -> leg == null || lacksAValue(leg));
        }

        private static boolean lacksAValue(Map<String, String> options) {
            return options.values().stream().anyMatch(Objects::isNull);
        }
    }

    /** One command line. */
    record Line(List<String> words) {
        /** As it is typed in a shell. */
        @Override
        public String toString() {
            return String.join(" ", words.stream().map(Line::quoted).toList());
        }

        private static String quoted(String word) {
            return word.matches("[A-Za-z0-9_./:=,%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
        }
    }

    /** @throws IOException naming the file and what is wrong with it */
    static TrainingRecipe read(Path file) throws IOException {
        TrainingRecipe recipe;
        try {
            recipe = new ObjectMapper().readValue(RegularFile.bytes(file), TrainingRecipe.class);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + " is no recipe (" + e.getOriginalMessage() + "); models/faces-64/recipe.json is one", e);
        }
        if (recipe == null || !FORMAT.equals(recipe.format) || recipe.steps == null || recipe.steps.isEmpty()) {
            throw new IOException(file + " is no recipe: it wants \"format\": \"" + FORMAT
                    + "\" and a list of \"steps\"; models/faces-64/recipe.json is one");
        }
        for (Step step : recipe.steps) {
            if (step == null || step.command == null || step.command.isBlank()) {
                throw new IOException(file + " has a step without a \"command\": name one, such as train generator");
            }
        }
        if (recipe.steps.stream().anyMatch(Step::lacksAValue)) {
            throw new IOException(
                    file + " has a step with an option that is null: give each a value, as models/faces-64/recipe.json"
                            + " does");
        }
        Path parent = file.getParent();
        return new TrainingRecipe(recipe.format, recipe.about, recipe.steps, parent == null ? Path.of(".") : parent);
    }

    /**
     * The three stages and the model.
     *
     * @param data videos to train on, null for faces that are rendered first
     * @param batch images a step of stages 1 and 2, null for each stage's own
     */
    static TrainingRecipe threeStages(
            @Nullable Path data, int clips, double[] kimg, @Nullable Integer batch, long seed) {
        String videos = data == null ? "{work}/faces" : data.toString();
        List<Step> steps = new ArrayList<>();
        if (data == null) {
            int frames = Preset.faces64().sampled().clipLength();
            Map<String, String> options = options("clips", clips, "frames", frames, "seed", seed);
            steps.add(new Step("dataset render {work}/faces", options, List.of()));
        }
        List<String> stages = List.of("generator", "encoder", "motion");
        Map<String, String> runs = new LinkedHashMap<>();
        for (int i = 0; i < stages.size(); i++) {
            String run = "{work}/" + stages.get(i);
            Map<String, String> options = options("data", videos, "run", run, "kimg", plain(kimg[i]), "seed", seed);
            options.putAll(runs);
            if (batch != null && i < 2) {
                options.put("batch", batch.toString());
            }
            steps.add(new Step("train " + stages.get(i), options, List.of()));
            runs.put(stages.get(i), run);
        }
        String words = data == null ? clips + " rendered clips of talking faces, seed " + seed : "videos of " + data;
        Map<String, String> export = options("out", "{out}", "data", words, "seed", seed);
        export.putAll(runs);
        steps.add(new Step("train export", export, List.of()));
        return new TrainingRecipe(FORMAT, "the three stages and the model", steps, Path.of("."));
    }

    private static Map<String, String> options(Object... pairs) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            options.put((String) pairs[i], pairs[i + 1].toString());
        }
        return options;
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /**
     * The command lines, in order.
     *
     * @param scale what every length of training and every number of clips is multiplied by
     */
    List<Line> lines(Path work, Path out, double scale) {
        List<Line> lines = new ArrayList<>();
        for (Step step : steps) {
            List<Map<String, String>> legs = step.legs == null || step.legs.isEmpty() ? List.of(Map.of()) : step.legs;
            for (Map<String, String> leg : legs) {
                List<String> words = new ArrayList<>();
                for (String word : step.command.strip().split("\\s+")) {
                    words.add(placed(word, work, out));
                }
                Map<String, String> options = new LinkedHashMap<>(step.options == null ? Map.of() : step.options);
                options.putAll(leg);
                options.forEach(
                        (name, value) -> words.add("--" + name + "=" + placed(scaled(name, value, scale), work, out)));
                lines.add(new Line(words));
            }
        }
        return lines;
    }

    private String placed(String text, Path work, Path out) {
        return text.replace("{work}", work.toString())
                .replace("{out}", out.toString())
                .replace(FOLDER, folder.toString());
    }

    private static String scaled(String name, String value, double scale) {
        boolean clips = name.equals("clips");
        if (scale == 1 || !(clips || name.equals("kimg") || name.endsWith("-kimg"))) {
            return value;
        }
        BigDecimal number = new BigDecimal(value).multiply(BigDecimal.valueOf(scale));
        return clips
                ? Long.toString(Math.max(FEWEST_CLIPS, Math.round(number.doubleValue())))
                : number.stripTrailingZeros().toPlainString();
    }
}
