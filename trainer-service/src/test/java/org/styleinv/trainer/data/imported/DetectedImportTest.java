package org.styleinv.trainer.data.imported;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;
import org.styleinv.trainer.data.frame.Opened;
import org.styleinv.trainer.data.frame.Picture;
import org.styleinv.trainer.data.rendered.RenderedFaces;

/** Faces are cut out where nobody says where they are. */
class DetectedImportTest {
    private static final int SIDE = 64;

    @TempDir
    Path dir;

    private ImportedVideos.Result imported(String to, Alignment alignment) throws IOException {
        return ImportedVideos.run(
                dir.resolve("from"),
                dir.resolve(to),
                new ImportedVideos.Settings(SIDE, 0, 0, alignment, 0.1, Opened.WHITE, Drawn.COLOUR),
                Progress.NONE);
    }

    private List<Path> frames(String of) throws IOException {
        try (Stream<Path> tree = Files.walk(dir.resolve(of))) {
            return tree.filter(file -> file.toString().endsWith(".png"))
                    .sorted()
                    .toList();
        }
    }

    /** Where the drawn faces are is known: their landmarks lie beside them. */
    @Test
    void aFaceIsFoundWhereItsLandmarksAre() throws IOException {
        RenderedFaces.render(dir.resolve("from"), 2, 4, 192, 30, 3, Progress.NONE);
        assertEquals(List.of(), imported("told", Alignment.TRACK).problems());
        assertEquals(List.of(), imported("found", Alignment.DETECT).problems());
        assertEquals(List.of(), imported("uncut", Alignment.NONE).problems());
        assertEquals(8, frames("found").size());
        double found = difference(frames("found"), frames("told"));
        double uncut = difference(frames("uncut"), frames("told"));
        assertTrue(found < 0.8 * uncut, found + " from what landmarks cut out, the whole frames are " + uncut);
    }

    /** Mean of absolute differences, as a share of the range. */
    private static double difference(List<Path> some, List<Path> others) throws IOException {
        double sum = 0;
        for (int i = 0; i < some.size(); i++) {
            byte[] a = Picture.read(some.get(i)).rgb();
            byte[] b = Picture.read(others.get(i)).rgb();
            for (int k = 0; k < a.length; k++) {
                sum += Math.abs((a[k] & 255) - (b[k] & 255)) / 255.0 / a.length;
            }
        }
        return sum / some.size();
    }

    @Test
    void aVideoWithoutAFaceIsNamed() throws IOException {
        Path video = Files.createDirectories(dir.resolve("from/wall"));
        byte[] grey = new byte[3 * 128 * 128];
        Arrays.fill(grey, (byte) 128);
        for (int i = 0; i < 3; i++) {
            new Picture(128, 128, grey).write(video.resolve(i + ".png"));
        }
        String said = imported("to", Alignment.DETECT).problems().toString();
        assertTrue(said.contains("wall") && said.contains("no frame has a face that can be found"), said);
    }

    @Test
    void aFaceTooSmallIsNamed() throws IOException {
        RenderedFaces.render(dir.resolve("drawn"), 1, 2, 192, 30, 3, Progress.NONE);
        ImportedVideos.run(
                dir.resolve("drawn"), dir.resolve("small"), new ImportedVideos.Settings(32, 0, 0), Progress.NONE);
        Path video = Files.createDirectories(dir.resolve("from/far"));
        byte[] scene = new byte[3 * 160 * 160];
        Arrays.fill(scene, (byte) 200);
        List<Path> frames = frames("small");
        for (int i = 0; i < frames.size(); i++) {
            byte[] face = Picture.read(frames.get(i)).rgb();
            for (int y = 0; y < 32; y++) {
                System.arraycopy(face, 3 * 32 * y, scene, 3 * (160 * (64 + y) + 64), 3 * 32);
            }
            new Picture(160, 160, scene).write(video.resolve(i + ".png"));
        }
        String said = imported("to", Alignment.DETECT).problems().toString();
        assertTrue(said.contains("far") && said.contains("its face is too small"), said);
    }
}
