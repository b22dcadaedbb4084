package org.styleinv.mesh.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.file.FolderLock;

/** A run's folder belongs to one trainer. */
class TwoTrainersTest {
    @TempDir
    private Path folder;

    @Test
    void theSecondIsRefusedBeforeItReadsAVideoAndIsToldOfTheFirst() throws IOException {
        Path run = folder.resolve("run");
        Path data = Files.createDirectories(folder.resolve("data"));
        try (FolderLock first = FolderLock.take(run.resolve(".lock"), Duration.ZERO, pid -> "held")) {
            Run second = Run.of("train", "generator", "--data", data.toString(), "--run", run.toString());
            assertEquals(2, second.code(), second.err());
            String pid = "process " + ProcessHandle.current().pid();
            assertTrue(second.err().contains("is being trained by " + pid), second.err());
        }
        Files.writeString(run.resolve(".lock"), "4711 of a process that died");
        Run third = Run.of("train", "generator", "--data", data.toString(), "--run", run.toString());
        assertTrue(third.err().contains(data.toString()), third.err()); // there are no videos, and that is what is said
    }
}
