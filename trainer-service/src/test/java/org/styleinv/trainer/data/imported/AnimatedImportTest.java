package org.styleinv.trainer.data.imported;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.network.file.FileRefused;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;
import org.styleinv.trainer.data.animation.Apng;
import org.styleinv.trainer.data.find.Choice;
import org.styleinv.trainer.data.find.NameList;

/** Animated WebP and PNG are videos, and lists of names say which videos are wanted. */
class AnimatedImportTest {
    private static final int BLUISH = 0xb4c2d0;

    @TempDir
    Path dir;

    private Path from;
    private Path to;

    @BeforeEach
    void write() throws IOException {
        from = Files.createDirectories(dir.resolve("from"));
        to = dir.resolve("to");
        Files.createDirectories(from.resolve("package"));
        try (InputStream in = AnimatedImportTest.class.getResourceAsStream("/animation/three.webp")) {
            Files.copy(in, from.resolve("package/1f466.webp")); // 40, 80 and 1000 ms
        }
        for (String name : List.of("a.png", "package/b.apng", "package/1f466-1f3fd.png")) {
            Files.write(
                    from.resolve(name),
                    Apng.of(
                            null,
                            List.of(
                                    new Apng.Frame(clear(), 0, 0, 1, 25, false),
                                    new Apng.Frame(clear(), 0, 0, 2, 25, false))));
        }
    }

    private static BufferedImage clear() {
        return new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
    }

    private static ImportedVideos.Settings settings(double fps, int background) {
        return new ImportedVideos.Settings(8, fps, 0, Alignment.NONE, 0, background, Drawn.COLOUR);
    }

    private List<String> videos() throws IOException {
        try (Stream<Path> tree = Files.walk(to)) {
            return tree.filter(Files::isDirectory)
                    .filter(folder -> Files.exists(folder.resolve("000000.png")))
                    .map(folder -> to.relativize(folder).toString())
                    .sorted()
                    .toList();
        }
    }

    private long frames(String video) throws IOException {
        try (Stream<Path> frames = Files.list(to.resolve(video))) {
            return frames.count();
        }
    }

    @Test
    void goByTheirOwnClockOverTheBackground() throws IOException {
        ImportedVideos.Result result = ImportedVideos.run(from, to, settings(25, BLUISH), Progress.NONE);
        assertEquals(List.of(), result.problems());
        assertEquals(4, result.videos());
        assertEquals(3, frames("a.png"), "40 and 80 ms at 25 frames a second");
        assertEquals(3, frames("package/b.apng"));
        // the last frame is shown as long as one is on average, 373 ms, as of every video
        assertEquals(12, frames("package/1f466.webp"), 1);
        BufferedImage image = ImageIO.read(to.resolve("a.png/000000.png").toFile());
        assertEquals(BLUISH, image.getRGB(3, 3) & 0xffffff);
        assertThrows(
                IOException.class,
                () -> ImportedVideos.run(from, to, settings(25, 0), Progress.NONE),
                "another background is another data set");
    }

    @Test
    void aRunReadsThemAsTheyAre() throws IOException {
        try (VideoDataset data = VideoDataset.open(from, 8, 2, Progress.NONE)) {
            assertEquals(4, data.clips());
            assertEquals(9, data.totalFrames());
            assertEquals(2, data.shortest());
            assertEquals(3, data.longest());
        }
    }

    @Test
    void damagedOnesAreNamed() throws IOException {
        byte[] whole = Files.readAllBytes(from.resolve("a.png"));
        Files.write(from.resolve("a.png"), Arrays.copyOf(whole, whole.length - 20));
        ImportedVideos.Result result = ImportedVideos.run(from, to, settings(0, BLUISH), Progress.NONE);
        assertEquals(3, result.videos());
        assertEquals(1, result.problems().size());
        assertTrue(
                result.problems().get(0).reason().contains("truncated"),
                result.problems().toString());
    }

    private Optional<NameList> list(String name, String text) throws IOException {
        return Optional.of(NameList.read(Files.writeString(dir.resolve(name), text)));
    }

    private void run(Choice choice) throws IOException {
        ImportedVideos.run(from, to, settings(0, BLUISH), choice, Progress.NONE);
    }

    @Test
    void listsOfNamesSayWhichAreWanted() throws IOException {
        Choice choice = new Choice(
                list("only", "# heads\n\n1f466\npackage/1f466-1f3fd\npackage/b.apng\n"), list("held", "1f466-1f3fd\n"));
        ImportedVideos.Result result = ImportedVideos.run(from, to, settings(0, BLUISH), choice, Progress.NONE);
        assertEquals(List.of("package/1f466.webp", "package/b.apng"), videos());
        assertEquals(2, result.account().files());
        assertEquals(2, result.account().read());
    }

    /** Whoever holds videos out must be sure that they stay out. */
    @Test
    void aNameThatIsNoVideosAndAVideoThatIsThereAlreadyAreRefused() throws IOException {
        Choice slip = new Choice(Optional.empty(), list("held", "1f466\n1f466-1f3fe\n"));
        String said = assertThrows(FileRefused.class, () -> run(slip)).getMessage();
        assertTrue(said.contains("1f466-1f3fe") && !said.contains("1f466,"), said);
        assertFalse(Files.exists(to.resolve("package")));
        run(Choice.ALL);
        Choice late = new Choice(Optional.empty(), list("held", "b\n"));
        assertTrue(
                assertThrows(FileRefused.class, () -> run(late)).getMessage().contains("has package/b.apng already"));
        Choice nothing = new Choice(list("only", "a\n"), list("held", "a.png\n"));
        to = dir.resolve("other");
        assertTrue(
                assertThrows(FileRefused.class, () -> run(nothing)).getMessage().contains("is left"));
        assertThrows(FileRefused.class, () -> list("empty", "# nothing\n"));
    }
}
