package org.styleinv.trainer.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code data.txt} of a run: the videos that it began with, a line each. What a step shows is drawn from them, so a run that
 * goes on with others is another run.
 */
public final class DataRecord {
    private DataRecord() {}

    /**
     * Writes the record of a run that begins, or holds one that goes on to it.
     *
     * @param videos a line for each, in their order
     * @throws IOException naming the first video that is missing or new
     */
    public static void hold(Path run, List<String> videos) throws IOException {
        Path file = run.resolve("data.txt");
        if (!Files.exists(file)) {
            Files.createDirectories(run);
            RunRecord.replace(file, (String.join("\n", videos) + "\n").getBytes(StandardCharsets.UTF_8));
            return;
        }
        List<String> began = Files.readAllLines(file);
        Optional<String> change =
                first(began, videos, "is missing or has changed").or(() -> first(videos, began, "is new"));
        if (change.isPresent()) {
            throw new IOException("the run in " + run + " began with " + began.size() + " videos and would go on with "
                    + videos.size() + ", of which " + change.get()
                    + ": bring the data back as they were, or take an empty "
                    + "--run, or delete " + file + " to go on with what is there");
        }
    }

    private static Optional<String> first(List<String> of, List<String> notIn, String what) {
        Set<String> others = Set.copyOf(notIn);
        return of.stream().filter(video -> !others.contains(video)).findFirst().map(video -> video + " " + what);
    }
}
