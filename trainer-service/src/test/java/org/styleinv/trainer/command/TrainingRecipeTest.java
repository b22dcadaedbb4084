package org.styleinv.trainer.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a recipe to command lines, and how far they were followed. */
class TrainingRecipeTest {
    private static final Path WORK = Path.of("runs/w");
    private static final Path OUT = Path.of("models/o");

    @TempDir
    private Path folder;

    private List<String> lines(String steps, double scale) throws IOException {
        Path file = Files.writeString(
                folder.resolve("recipe.json"),
                "{\"format\": \"styleinv-recipe/1\", \"about\": \"\", \"steps\": [" + steps + "]}");
        return TrainingRecipe.read(file).lines(WORK, OUT, scale).stream()
                .map(TrainingRecipe.Line::toString)
                .toList();
    }

    @Test
    void aStepIsACommandWithItsFoldersInPlace() throws IOException {
        assertEquals(
                List.of("train export --out=models/o '--data=3 clips' --seed=4"),
                lines(
                        "{\"command\": \"train export\", \"options\": {\"out\": \"{out}\", \"data\": \"3 clips\", \"seed\": 4}}",
                        1));
    }

    @Test
    void legsChangeSomeOptionsOfOneRun() throws IOException {
        assertEquals(
                List.of("train motion --run=runs/w/m --lr=1 --kimg=5", "train motion --run=runs/w/m --lr=0.5 --kimg=9"),
                lines(
                        "{\"command\": \"train motion\", \"options\": {\"run\": \"{work}/m\", \"lr\": 1}, "
                                + "\"legs\": [{\"kimg\": 5}, {\"kimg\": 9, \"lr\": 0.5}]}",
                        1));
    }

    @Test
    void aFolderMayBeTheRecipesOwn() throws IOException {
        Path own = Files.createDirectories(folder.resolve("my recipes"));
        Path file = Files.writeString(
                own.resolve("recipe.json"),
                "{\"format\": \"styleinv-recipe/1\", \"about\": \"\", \"steps\": ["
                        + "{\"command\": \"dataset import {recipe}/a {work}/b\", \"options\": {\"only\": \"{recipe}/names.txt\"}, "
                        + "\"legs\": [{\"resolution\": 64}]}]}");
        TrainingRecipe.Line line = TrainingRecipe.read(file).lines(WORK, OUT, 1).get(0);
        assertEquals(
                List.of("dataset", "import", own + "/a", "runs/w/b", "--only=" + own + "/names.txt", "--resolution=64"),
                line.words());
        assertTrue(line.toString().contains(" '--only="), line.toString());
    }

    @Test
    void aRehearsalIsShorterAndHasFewerClips() throws IOException {
        assertEquals(
                List.of(
                        "train joint --kimg=1.62 --schedule-kimg=1.4 --ema-kimg=0.05 --lr=0.002 --batch=16",
                        "dataset render runs/w/faces --clips=7 --frames=128",
                        "dataset render runs/w/few --clips=2"),
                lines(
                        "{\"command\": \"train joint\", \"options\": {\"kimg\": 162, \"schedule-kimg\": 140, \"ema-kimg\": 5, "
                                + "\"lr\": 0.002, \"batch\": 16}}, "
                                + "{\"command\": \"dataset render {work}/faces\", \"options\": {\"clips\": 700, \"frames\": 128}}, "
                                + "{\"command\": \"dataset render {work}/few\", \"options\": {\"clips\": 40}}",
                        0.01));
    }

    @Test
    void theThreeStagesAreARecipe() {
        List<String> lines =
                TrainingRecipe.threeStages(null, 7, new double[] {200, 60, 0.5}, 4, 3).lines(WORK, OUT, 1).stream()
                        .map(TrainingRecipe.Line::toString)
                        .toList();
        String g = " --generator=runs/w/generator";
        String e = " --encoder=runs/w/encoder";
        assertEquals(
                List.of(
                        "dataset render runs/w/faces --clips=7 --frames=128 --seed=3",
                        "train generator --data=runs/w/faces --run=runs/w/generator --kimg=200 --seed=3 --batch=4",
                        "train encoder --data=runs/w/faces --run=runs/w/encoder --kimg=60 --seed=3" + g + " --batch=4",
                        "train motion --data=runs/w/faces --run=runs/w/motion --kimg=0.5 --seed=3" + g + e,
                        "train export --out=models/o '--data=7 rendered clips of talking faces, seed 3' --seed=3" + g
                                + e + " --motion=runs/w/motion"),
                lines);
        assertTrue(TrainingRecipe.threeStages(Path.of("videos"), 7, new double[3], null, 0)
                .lines(WORK, OUT, 1)
                .get(0)
                .toString()
                .startsWith("train generator --data=videos "));
    }

    @Test
    void whatIsNoRecipeIsRefusedWithAWayOut() throws IOException {
        for (String text : List.of(
                "{",
                "[]",
                "{\"format\": \"x\", \"steps\": []}",
                "{\"format\": \"styleinv-recipe/1\", \"stages\": []}",
                "null",
                recipe("{\"command\": \"train all\", \"options\": {\"kimg\": null}}"),
                recipe("{\"command\": \"train all\", \"legs\": [{\"kimg\": null}]}"),
                recipe("{\"command\": \"train all\", \"legs\": [null]}"))) {
            Path file = Files.writeString(folder.resolve("no.json"), text);
            String said = assertThrows(IOException.class, () -> TrainingRecipe.read(file))
                    .getMessage();
            assertTrue(said.contains("no.json") && said.contains("models/faces-64/recipe.json"), said);
        }
    }

    @Test
    void aStepThatIsNullHasNoCommand() throws IOException {
        Path file = Files.writeString(folder.resolve("no.json"), recipe("null"));
        String said =
                assertThrows(IOException.class, () -> TrainingRecipe.read(file)).getMessage();
        assertTrue(said.contains("no.json has a step without"), said);
    }

    private static String recipe(String step) {
        return "{\"format\": \"styleinv-recipe/1\", \"steps\": [" + step + "]}";
    }

    @Test
    void whatIsDoneIsNotDoneAgainAndCannotChange() throws IOException {
        assertEquals(0, new RecipeProgress(folder).of(List.of("a", "b", "c")));
        new RecipeProgress(folder).write(List.of("a", "b"));
        assertEquals(2, new RecipeProgress(folder).of(List.of("a", "b", "c")));
        for (List<String> other : List.of(List.of("a", "x", "c"), List.of("a"))) {
            String said = assertThrows(IOException.class, () -> new RecipeProgress(folder).of(other))
                    .getMessage();
            assertTrue(said.contains("step 2 was `b`") && said.contains("done.txt"), said);
        }
    }
}
