package org.styleinv.trainer.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.styleinv.trainer.state.RunRecord;

/**
 * How far a recipe was followed in a folder: {@code done.txt} there holds a line for each command that has ended well, so
 * that a recipe given again goes on at the first that has not.
 */
final class RecipeProgress {
    private final Path file;
    private List<String> done;

    RecipeProgress(Path work) throws IOException {
        file = work.resolve("done.txt");
        done = Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /**
     * How many of {@code lines} are done.
     *
     * @throws IOException if others were: runs that stand on each other cannot change their ground
     */
    int of(List<String> lines) throws IOException {
        for (int i = 0; i < done.size(); i++) {
            String now = i < lines.size() ? lines.get(i) : "nothing";
            if (!done.get(i).equals(now)) {
                throw new IOException("step " + (i + 1) + " was `" + done.get(i) + "` in " + file.getParent()
                        + " and now is `" + now + "`, and later steps stand on it: take another --work, or delete "
                        + file + " to let every run there go on as it is");
            }
        }
        return done.size();
    }

    /** @param lines all that are done by now */
    void write(List<String> lines) throws IOException {
        RunRecord.replace(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        done = List.copyOf(lines);
    }
}
