package org.styleinv.mesh.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of the shipped model, on the smallest budget. */
class RecipeTest {
    private static final Path SHIPPED = Path.of("").toAbsolutePath().getParent().resolve("models/faces-64/recipe.json");

    @TempDir
    private Path folder;

    private Run follow(Path recipe, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "train",
                "all",
                "--recipe=" + recipe,
                "--work=" + folder.resolve("work"),
                "--out=" + folder.resolve("model"),
                "--scale=0.0001"));
        line.addAll(List.of(more));
        return Run.of(line.toArray(String[]::new));
    }

    @Tag("long")
    @Test
    void theShippedModelsRecipeMakesAModelThatVerifiesAndIsNotFollowedTwice() {
        Run made = follow(SHIPPED);
        assertEquals(0, made.code(), made.err());
        Run verified = Run.of("model", "verify", folder.resolve("model").toString());
        assertEquals(0, verified.code(), verified.err());
        assertTrue(verified.out().contains("variant sketch"), verified.out());

        Run again = follow(SHIPPED);
        assertEquals(0, again.code(), again.err());
        assertFalse(again.err().contains("step"), again.err());
    }

    @Test
    void aPlanIsTheCommandsAndLeavesNothing() {
        Run plan = follow(SHIPPED, "--dry-run");
        assertEquals(0, plan.code(), plan.err());
        List<String> lines = plan.out().lines().toList();
        assertEquals(18, lines.size(), plan.out());
        assertTrue(lines.get(0).startsWith("styleinv dataset render "), lines.get(0));
        assertTrue(lines.get(3).contains(" --kimg=0.0162 "), lines.get(3));
        assertFalse(Files.exists(folder.resolve("work")));
    }

    /** Its commands know their options; what it reads beside itself is there. */
    @Test
    void theHeadsAreAPlanToo() {
        Path heads = SHIPPED.getParent().resolveSibling("heads-128");
        Run plan = follow(heads.resolve("recipe.json"), "--dry-run");
        assertEquals(0, plan.code(), plan.err());
        List<String> lines = plan.out().lines().toList();
        assertEquals(15, lines.size(), plan.out());
        for (String name : List.of("heads.txt", "held-out.txt", "NOTICE")) {
            Path file = heads.resolve(name);
            String unquoted = plan.out().replace("'\\''", "'"); // a path with an apostrophe, as a shell takes it
            assertTrue(unquoted.contains("=" + file) && Files.exists(file), name + ": " + plan.out());
        }
    }

    @Test
    void aMistakeIsFoundBeforeAnythingRuns() throws IOException {
        Path wrong = Files.writeString(
                folder.resolve("wrong.json"), Files.readString(SHIPPED).replace("lambda-w-reg", "lamda-w-reg"));
        Run refused = follow(wrong);
        assertEquals(2, refused.code(), refused.err());
        assertTrue(refused.err().contains("step 6") && refused.err().contains("--lamda-w-reg"), refused.err());
        assertFalse(Files.exists(folder.resolve("work")));

        Run both = follow(SHIPPED, "--seed=3");
        assertEquals(2, both.code());
        assertTrue(both.err().contains("--seed does not go with --recipe"), both.err());
    }
}
