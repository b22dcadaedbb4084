package org.styleinv.trainer.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/**
 * The commands of {@code train} one after the other, as a user gives them, each of which must succeed.
 *
 * @param data folder of videos that every stage trains on
 */
record Chain(Path data) {
    /** A stage, in a folder of its own. */
    void run(String stage, Path run, String... more) {
        List<String> line = new ArrayList<>(List.of(stage, "--data=" + data, "--run=" + run));
        line.addAll(List.of(more));
        execute(line.toArray(String[]::new));
    }

    static void execute(String... line) {
        assertEquals(0, new CommandLine(new TrainCommand()).execute(line), line[0]);
    }
}
