package org.styleinv.trainer.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.file.FileRefused;

class SnapshotsTest {
    @TempDir
    Path folder;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final NDArray weight = manager.create(new float[] {0, 0});

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void keepsTheNewestFewAndTheBest() throws IOException {
        Snapshots snapshots = new Snapshots(folder, 2);
        for (int step = 1; step <= 4; step++) {
            write(snapshots, step, step == 1);
        }
        assertEquals(List.of(3L, 4L), numbered().stream().map(this::step).toList());
        assertEquals(4, step(Snapshots.newest(folder)));
        assertEquals(4, step(folder.resolve("snapshot.safetensors")));
        assertEquals(1, step(folder.resolve("best.safetensors")));
    }

    @Test
    void aDamagedSnapshotGivesWayToTheOneBefore() throws IOException {
        Snapshots snapshots = new Snapshots(folder, 2);
        write(snapshots, 1, false);
        write(snapshots, 2, false);
        Path newest = Snapshots.newest(folder);
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length - 1] ^= 1;
        Files.delete(newest);
        Files.write(newest, bytes, StandardOpenOption.CREATE_NEW);
        assertEquals(1, step(Snapshots.newest(folder)));
        assertArrayEquals(new float[] {1, 10}, weight.toFloatArray());
    }

    /** What a full disk looks like: the file cannot be written. The folder in its place stands for it. */
    @Test
    void aSnapshotThatCannotBeWrittenLeavesTheLastOneAndSaysSo() throws IOException {
        Snapshots snapshots = new Snapshots(folder, 2);
        write(snapshots, 1, false);
        Path last = Snapshots.newest(folder);
        Files.createDirectories(folder.resolve("snapshot.safetensors.partial"));
        IOException error = assertThrows(IOException.class, () -> write(snapshots, 2, false));
        assertTrue(error.getMessage().contains(last.getFileName().toString()), error.getMessage());
        assertTrue(error.getMessage().contains("make room"), error.getMessage());
        assertEquals(last, Snapshots.newest(folder));
        assertEquals(1, step(last));
        assertFalse(Files.exists(folder.resolve("snapshot.safetensors.partial")));
    }

    private void write(Snapshots snapshots, int step, boolean best) throws IOException {
        weight.set(new float[] {step, 10 * step});
        Path file = snapshots.write(Map.of("w", weight), step);
        if (best) {
            snapshots.best(file);
        }
    }

    private long step(Path file) {
        try {
            return new Snapshot(file).read(Map.of("w", weight));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Path> numbered() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("snapshot-\\d+-.*"))
                    .sorted()
                    .toList();
        }
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.delete(file); // its other names keep what they have
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
    }

    @Test
    void whereNoSnapshotIsWholeThatIsSaidWithTheWayOn() throws IOException {
        Snapshots snapshots = new Snapshots(folder, 3);
        assertEquals("there is no snapshot yet", Snapshots.lastGood(folder));
        write(snapshots, 1, false);
        assertTrue(Snapshots.lastGood(folder).startsWith("the last good snapshot is snapshot-000000000001-"));
        damage(Snapshots.newest(folder));
        FileRefused refused = assertThrows(FileRefused.class, () -> Snapshots.newest(folder));
        assertTrue(refused.getMessage().contains("no older snapshot that is whole"), refused.getMessage());
        assertTrue(refused.getMessage().contains("name another folder"), refused.getMessage());
        assertEquals("there is no whole snapshot", Snapshots.lastGood(folder));
    }

    @Test
    void theBestIsAWayOnWhereItIsAnother() throws IOException {
        Snapshots snapshots = new Snapshots(folder, 1);
        write(snapshots, 1, true);
        write(snapshots, 2, false);
        damage(Snapshots.newest(folder));
        FileRefused refused = assertThrows(FileRefused.class, () -> Snapshots.newest(folder));
        assertTrue(refused.getMessage().contains("best.safetensors"), refused.getMessage());
        Path fresh = Files.createDirectories(folder.resolve("fresh"));
        Files.copy(folder.resolve("best.safetensors"), fresh.resolve("snapshot.safetensors"));
        assertEquals(1, step(Snapshots.newest(fresh)), "as the sentence says");
    }
}
