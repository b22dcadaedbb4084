package org.styleinv.trainer.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.styleinv.trainer.run.TrainingRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code train ended}: whether what a stage stands on is there. */
@Command(
        name = "ended",
        description = {
            "Succeeds when these runs have come to their end and these models are there.",
            "While one has not, it says which and exits with 69: ask again later."
        },
        mixinStandardHelpOptions = true)
final class EndedCommand implements Callable<Integer> {
    /** EX_UNAVAILABLE of sysexits.h. */
    static final int NOT_YET = 69;

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "folders of runs, or model folders")
    List<Path> folders;

    @Override
    public Integer call() {
        List<Path> missing =
                folders.stream().filter(folder -> !hasEnded(folder)).toList();
        missing.forEach(folder -> System.err.println("styleinv: " + folder + " has not ended: ask again when it has"));
        return missing.isEmpty() ? 0 : NOT_YET;
    }

    private static boolean hasEnded(Path folder) {
        return Files.exists(folder.resolve(TrainingRun.ENDED)) || Files.exists(folder.resolve("model.json"));
    }
}
