package org.styleinv.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PngFileTest {
    private final BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsReadAgainInThePlaceOfWhatWasThere() throws IOException {
        Path file = Files.write(folder.resolve("a.png"), new byte[100_000]);
        picture.setRGB(2, 1, 0x123456);
        PngFile.write(picture, file);
        assertEquals(0x123456, ImageIO.read(file.toFile()).getRGB(2, 1) & 0xffffff);
        assertTrue(Files.size(file) < 1000);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsSaidWithTheFilesName() {
        Path full = Path.of("/dev/full"); // takes nothing: no space left on device
        IOException told = assertThrows(IOException.class, () -> PngFile.write(picture, full));
        assertTrue(told.getMessage().startsWith("/dev/full cannot be written: "), told.getMessage());
        assertTrue(told.getMessage().endsWith("; make room on its disk, or name another path"), told.getMessage());
        assertTrue(Files.exists(full), "a device was removed");
    }

    @Test
    void aFolderThatIsMissingIsNamed() {
        Path nowhere = folder.resolve("nowhere/a.png");
        FileSystemException told = assertThrows(FileSystemException.class, () -> PngFile.write(picture, nowhere));
        assertEquals(nowhere.toString(), told.getFile());
    }
}
