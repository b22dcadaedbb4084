package org.styleinv.trainer.data.imported;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.rendered.Videos;

class ImportedVideosTest {
    @TempDir
    Path dir;

    @Test
    void aFolderOfPicturesIsAVideo() throws IOException {
        for (int i = 0; i < 3; i++) {
            picture(dir.resolve("videos/a/" + i + ".png"), 32, 48, 10 * i);
        }
        try (VideoDataset data = VideoDataset.open(dir.resolve("videos"), 32, 3, Progress.NONE)) {
            assertEquals(1, data.clips());
            float[] frame = new float[3 * 32 * 32];
            data.read(0, 2, false, frame, 0);
            // the middle square of 48 rows begins at row 8, where red is its index and green the frame's
            assertEquals(8 / 127.5f - 1, frame[0], 1e-6);
            assertEquals(39 / 127.5f - 1, frame[31 * 32], 1e-6);
            assertEquals(20 / 127.5f - 1, frame[32 * 32], 1e-6);
        }
    }

    /** As StyleGAN2-ADA's tool packs them: a ZIP of folders of pictures beside dataset.json. */
    @Test
    void aZipIsReadAsItIs() throws IOException {
        Path zip = dir.resolve("data.zip");
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.createDirectories(files.getPath("00000"));
            Files.writeString(files.getPath("dataset.json"), "{\"labels\": null}");
            for (int i = 0; i < 2; i++) {
                Path picture = picture(dir.resolve(i + ".png"), 32, 32, i);
                Files.copy(picture, files.getPath("00000/img0000000" + i + ".png"));
            }
        }
        try (VideoDataset data = VideoDataset.open(zip, 32, 1, Progress.NONE)) {
            assertEquals(2, data.totalFrames());
        }
        Path text = Files.writeString(dir.resolve("text"), "neither");
        IOException error = assertThrows(IOException.class, () -> VideoDataset.open(text, 32, 1, Progress.NONE));
        assertTrue(error.getMessage().contains("neither a folder nor a ZIP"), error.getMessage());
    }

    @Test
    void namesWhatIsDamagedMisSizedSmallOrThereTwice() throws IOException {
        picture(dir.resolve("good/0.png"), 32, 32, 1);
        picture(dir.resolve("twin/0.png"), 32, 32, 1);
        picture(dir.resolve("small/0.png"), 16, 16, 1);
        picture(dir.resolve("mixed/0.png"), 32, 32, 1);
        picture(dir.resolve("mixed/1.png"), 32, 30, 1);
        Files.writeString(dir.resolve("mixed/2.png"), "no picture");
        Files.createDirectories(dir.resolve("torn"));
        Files.writeString(dir.resolve("torn/0.png"), "no picture");
        try (VideoDataset data = VideoDataset.open(dir, 32, 1, Progress.NONE)) {
            String problems = data.problems().toString();
            assertTrue(problems.contains("1.png is 32 x 30, but 0.png is 32 x 32"), problems);
            assertTrue(
                    problems.contains("2.png cannot be read as a picture"), problems); // every one, not just the first
            assertTrue(problems.contains("torn: 0.png cannot be read as a picture"), problems);
            assertEquals(3, data.problems().size(), problems);
            String remarks = data.remarks().toString();
            assertTrue(remarks.contains("twin: shows the very frames of " + dir.resolve("good")), remarks);
            assertTrue(remarks.contains("small: is 16 pixels a side and is enlarged to 32"), remarks);
            assertEquals(2, data.remarks().size(), remarks);
        }
    }

    @Test
    void importsAtAnotherSizeAndHalfTheFrameRate() throws IOException {
        Videos.write(dir.resolve("from/b.mp4"), 9, 64); // 30 frames a second
        Path to = dir.resolve("to");
        var settings = new ImportedVideos.Settings(32, 15, 0);
        assertEquals(
                List.of(),
                ImportedVideos.run(dir.resolve("from"), to, settings, Progress.NONE)
                        .problems());
        try (VideoDataset all = VideoDataset.open(dir.resolve("from"), 32, 1, Progress.NONE);
                VideoDataset half = VideoDataset.open(to, 32, 1, Progress.NONE)) {
            assertEquals(5, half.totalFrames()); // 0, 2, 4, 6 and 8
            float[] expected = new float[3 * 32 * 32];
            float[] actual = new float[3 * 32 * 32];
            for (int i = 0; i < 5; i++) {
                all.read(0, 2 * i, false, expected, 0);
                half.read(0, i, false, actual, 0);
                double worst = 0;
                for (int k = 0; k < actual.length; k++) {
                    worst += Math.abs(expected[k] - actual[k]) / actual.length;
                }
                assertTrue(worst < 0.05, "frame " + i + " is another one, by " + worst); // another filter, no more
            }
        }
    }

    @Test
    void goesOnWhereItWasStoppedAndRefusesOtherSettings() throws IOException {
        picture(dir.resolve("from/a/0.png"), 40, 40, 1);
        picture(dir.resolve("from/b/0.png"), 40, 40, 2);
        Files.createDirectories(dir.resolve("from/torn"));
        Files.writeString(dir.resolve("from/torn/0.png"), "no picture");
        Path to = dir.resolve("to");
        var settings = new ImportedVideos.Settings(16, 0, 0);
        ImportedVideos.Result result = ImportedVideos.run(dir.resolve("from"), to, settings, Progress.NONE);
        assertEquals(
                List.of(dir.resolve("from/torn")),
                result.problems().stream().map(Problem::file).toList());

        Path finished = to.resolve("a/000000.png");
        Files.setLastModifiedTime(finished, FileTime.fromMillis(0));
        byte[] lost = Files.readAllBytes(to.resolve("b/000000.png"));
        Files.delete(to.resolve("b/000000.png"));
        Files.move(to.resolve("b"), to.resolve(".part-000001")); // as a kill leaves it
        ImportedVideos.run(dir.resolve("from"), to, settings, Progress.NONE);
        assertEquals(FileTime.fromMillis(0), Files.getLastModifiedTime(finished));
        assertFalse(Files.exists(to.resolve(".part-000001")));
        assertArrayEquals(lost, Files.readAllBytes(to.resolve("b/000000.png")));

        var other = new ImportedVideos.Settings(32, 0, 0);
        IOException error = assertThrows(
                IOException.class, () -> ImportedVideos.run(dir.resolve("from"), to, other, Progress.NONE));
        assertTrue(error.getMessage().contains("other settings"), error.getMessage());
    }

    /** Red is the row, green the number given, blue the column. */
    private static Path picture(Path file, int width, int height, int green) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, y << 16 | green << 8 | x);
            }
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
