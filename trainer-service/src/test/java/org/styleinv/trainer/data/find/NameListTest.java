package org.styleinv.trainer.data.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.file.FileRefused;

@Timeout(30)
class NameListTest {
    @TempDir
    private Path folder;

    @Test
    void namesAreLinesInAnySystemsWriting() throws IOException {
        Path file = Files.writeString(folder.resolve("names"), "# heads\na/é.mp4\r\n\n  b\\c  \n");
        assertEquals(Set.of("a/é.mp4", "b/c"), NameList.read(file).names());
    }

    /** A pipe would be waited for without end, and zeros fill the memory. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsNoOrdinaryTextIsRefusedByName() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path latin = Files.write(folder.resolve("latin"), new byte[] {(byte) 0xE9, '\n'});
        Path empty = Files.writeString(folder.resolve("empty"), "# nobody\n");
        for (Path file : new Path[] {pipe, Path.of("/dev/zero"), latin, empty, folder, folder.resolve("missing")}) {
            String said =
                    assertThrows(FileRefused.class, () -> NameList.read(file)).getMessage();
            assertTrue(said.contains(file.toString()), said);
        }
    }
}
