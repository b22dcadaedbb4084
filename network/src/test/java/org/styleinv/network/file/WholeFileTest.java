package org.styleinv.network.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    private Path folder;

    @Test
    void theNewOneTakesThePlaceOfTheOld() throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), "an older and longer one");
        WholeFile.write(file, new byte[] {'n', 'e', 'w'});
        assertEquals("new", Files.readString(file));
        assertEquals(1, names());
    }

    @Test
    void nothingIsLeftOfAFailure() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("a.json/inside")).getParent(); // no file can take its place
        assertThrows(FileSystemException.class, () -> WholeFile.write(taken, new byte[1]));
        assertEquals(1, names());
    }

    @Test
    void aFullDiskIsSaidWithTheFilesName() {
        IOException bare = new IOException("No space left on device");
        assertEquals(
                "m/model.json cannot be written: No space left on device; make room on its disk, or name another path",
                WholeFile.unwritable(Path.of("m", "model.json"), bare).getMessage());
        IOException named = new FileSystemException("a", null, "Read-only file system");
        assertSame(named, WholeFile.unwritable(Path.of("a"), named));
    }

    private long names() throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.count();
        }
    }
}
