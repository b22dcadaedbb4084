package org.styleinv.trainer.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.file.FileRefused;

/** What was made before a stop is not made again, and what a crash left half-written is. */
class RowsTest {
    @TempDir
    Path folder;

    private final List<Long> made = new ArrayList<>();
    private final List<String> said = new ArrayList<>();

    private float[] row(long index) {
        made.add(index);
        return new float[] {index, 2 * index};
    }

    private void fill(long count) throws IOException {
        try (Rows rows = Rows.open(folder, "test", "key", 2)) {
            rows.fill(count, this::row, new Eta("rows", said::add));
            for (int i = 0; i < count; i++) {
                assertArrayEquals(new float[] {i, 2 * i}, rows.row(i));
            }
        }
    }

    private Path file() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.findFirst().orElseThrow();
        }
    }

    @Test
    void whatWasStoppedGoesOn() throws IOException {
        assertThrows(IOException.class, () -> {
            try (Rows rows = Rows.open(folder, "test", "key", 2)) {
                rows.fill(
                        8,
                        index -> {
                            if (index == 5) {
                                throw new IOException("killed");
                            }
                            return row(index);
                        },
                        new Eta("rows", said::add));
            }
        });
        fill(8);
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L), made);
        assertTrue(said.get(0).contains("5 of 8 rows were taken before"), said.toString());
    }

    /** Bytes cut off the end of four rows of 12 bytes, or overwritten with zeros there. */
    @ParameterizedTest
    @ValueSource(ints = {1, 11, 12, 13, -1, -12, -13, -48})
    void whatACrashLeftIsMadeAgain(int bytes) throws IOException {
        fill(4);
        byte[] content = Files.readAllBytes(file());
        byte[] damaged = java.util.Arrays.copyOf(content, content.length - Math.abs(bytes));
        Files.write(file(), bytes > 0 ? damaged : java.util.Arrays.copyOf(damaged, content.length));
        made.clear();
        fill(5);
        int whole = (48 - Math.abs(bytes)) / 12;
        assertEquals(5 - whole, made.size(), made.toString());
    }

    @Test
    void twoEvaluationsDoNotWriteOneFile() throws IOException {
        try (Rows rows = Rows.open(folder, "test", "key", 2)) {
            rows.fill(1, this::row, new Eta("rows", said::add));
            FileRefused refusal = assertThrows(FileRefused.class, () -> Rows.open(folder, "test", "key", 2));
            assertTrue(refusal.getMessage().contains("another evaluation"), refusal.getMessage());
        }
    }

    @Test
    void otherKeysAreOtherRows() throws IOException {
        fill(2);
        try (Rows rows = Rows.open(folder, "test", "other", 2)) {
            assertEquals(0, rows.count());
        }
    }
}
