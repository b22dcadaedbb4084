package org.styleinv.trainer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.trainer.data.frame.SquareScaler;
import org.styleinv.trainer.data.rendered.Face;
import org.styleinv.trainer.data.rendered.FaceMotion;
import org.styleinv.trainer.data.rendered.FaceRenderer;
import org.styleinv.trainer.data.rendered.Look;
import org.styleinv.trainer.data.rendered.RenderedFaces;
import org.styleinv.trainer.data.rendered.RenderedFaces.Split;
import org.styleinv.trainer.data.rendered.Videos;
import org.styleinv.trainer.data.video.VideoReader;

class VideoDatasetTest {
    private static final int FRAME = 3 * 64 * 64;

    @TempDir
    Path dir;

    @Test
    void facesThatCannotBeDrawnClaimNoFolder() {
        Path at = dir.resolve("tiny");
        assertThrows(IllegalArgumentException.class, () -> RenderedFaces.render(at, 1, 2, 8, 30, 5, Progress.NONE));
        assertThrows(
                IllegalArgumentException.class, () -> RenderedFaces.render(at, 1, 2, 64, Double.NaN, 5, Progress.NONE));
        assertFalse(Files.exists(at), "it would be refused for other settings");
    }

    @Test
    void loadsWhatWasRendered() throws IOException {
        RenderedFaces.render(dir, 3, 20, 64, 30, 11, Progress.NONE);
        try (VideoDataset dataset = VideoDataset.open(dir, 64, 16, Progress.NONE)) {
            assertEquals(3, dataset.clips());
            assertEquals(60, dataset.totalFrames());
            assertEquals(List.of(), dataset.problems());
            assertEquals("clip-000002.mp4", dataset.file(2).getFileName().toString());
            assertEquals(30, dataset.fps(2), 1e-9);
            Face face = Face.of(Split.TRAINING.identitySeed(11, 2));
            var motion = new FaceMotion(Split.TRAINING.motionSeed(11, 2), 30);
            double error = 0;
            for (int i = 0; i < dataset.frames(2); i++) {
                byte[] drawn = Videos.rgb(FaceRenderer.render(face, motion.at(i), 64));
                error += Videos.squaredError(interleaved(frame(dataset, 2, i, false)), drawn);
            }
            double psnr = Videos.psnr(error, 20L * FRAME);
            assertTrue(psnr > 40, "PSNR is " + psnr); // 41.9 dB measured
        }
    }

    @Test
    void mirrorsLeftAndRight() throws IOException {
        Videos.write(dir.resolve("a.mp4"), 3, 64);
        try (VideoDataset dataset = VideoDataset.open(dir, 64, 1, Progress.NONE)) {
            float[] plain = frame(dataset, 0, 1, false);
            float[] mirrored = frame(dataset, 0, 1, true);
            for (int i = 0; i < FRAME; i++) {
                assertEquals(plain[i], mirrored[i - i % 64 + 63 - i % 64]);
            }
        }
    }

    @Test
    void readsIntoTheMiddleOfABatch() throws IOException {
        Videos.write(dir.resolve("a.mp4"), 2, 64);
        try (VideoDataset dataset = VideoDataset.open(dir, 64, 1, Progress.NONE)) {
            var batch = new float[3 * FRAME];
            dataset.read(0, 1, false, batch, FRAME);
            assertArrayEquals(frame(dataset, 0, 1, false), Arrays.copyOfRange(batch, FRAME, 2 * FRAME));
            assertEquals(0, batch[FRAME - 1]);
            assertEquals(0, batch[2 * FRAME]);
            assertThrows(IndexOutOfBoundsException.class, () -> dataset.read(0, 2, false, batch, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> dataset.read(0, 0, false, batch, 2 * FRAME + 1));
        }
    }

    @Test
    void manyThreadsReadTheSame() throws IOException {
        Videos.write(dir.resolve("a.mp4"), 10, 64);
        try (VideoDataset dataset = VideoDataset.open(dir, 64, 1, Progress.NONE)) {
            float[][] expected = IntStream.range(0, 10)
                    .mapToObj(i -> frame(dataset, 0, i, false))
                    .toArray(float[][]::new);
            assertTrue(IntStream.range(0, 400)
                    .parallel()
                    .allMatch(i -> Arrays.equals(expected[i % 10], frame(dataset, 0, i % 10, false))));
        }
    }

    @Test
    void namesEveryBadFileAndKeepsTheGoodOnes() throws IOException {
        Videos.write(dir.resolve("sub/good.mp4"), 8, 64);
        Videos.write(dir.resolve("short.mp4"), 3, 64);
        Files.writeString(dir.resolve("text.webm"), "this is no video");
        Files.createFile(dir.resolve("empty.mov"));
        byte[] whole = Files.readAllBytes(dir.resolve("sub/good.mp4"));
        Files.write(dir.resolve("truncated.mp4"), Arrays.copyOf(whole, whole.length * 2 / 3));
        Files.writeString(dir.resolve("notes.txt"), "not looked at");
        try (VideoDataset dataset = VideoDataset.open(dir, 64, 5, Progress.NONE)) {
            assertEquals(1, dataset.clips());
            assertEquals(8, dataset.totalFrames());
            assertEquals(
                    List.of("empty.mov", "short.mp4", "text.webm", "truncated.mp4"),
                    dataset.problems().stream()
                            .map(problem -> problem.file().getFileName().toString())
                            .toList());
            assertTrue(
                    dataset.problems().get(1).reason().contains("has 3 frames, but at least 5"),
                    dataset.problems().toString());
            assertTrue(
                    dataset.problems().get(3).reason().contains("is damaged at "),
                    dataset.problems().toString());
        }
    }

    @Test
    void saysWhatToDoAboutAFolderWithoutVideos() {
        var empty = assertThrows(IOException.class, () -> VideoDataset.open(dir, 64, 1, Progress.NONE));
        assertTrue(
                empty.getMessage().contains(dir.toString())
                        && empty.getMessage().contains("dataset render"),
                empty.getMessage());
        assertThrows(IOException.class, () -> VideoDataset.open(dir.resolve("missing"), 64, 1, Progress.NONE));
    }

    @Test
    void aFolderOfOnlyBadVideosIsAnErrorThatNamesThem() throws IOException {
        Files.writeString(dir.resolve("bad.mp4"), "no");
        var error = assertThrows(IOException.class, () -> VideoDataset.open(dir, 64, 1, Progress.NONE));
        assertTrue(error.getMessage().contains("bad.mp4"), error.getMessage());
    }

    @Test
    void aClosedDatasetSaysSo() throws IOException {
        Videos.write(dir.resolve("a.mp4"), 2, 64);
        VideoDataset dataset = VideoDataset.open(dir, 64, 1, Progress.NONE);
        dataset.close();
        assertThrows(IllegalStateException.class, () -> dataset.read(0, 0, false, new float[FRAME], 0));
    }

    @Test
    void aRenderedClipDependsOnSeedAndNumberAlone() throws IOException {
        RenderedFaces.render(dir.resolve("a"), 2, 4, 64, 30, 5, Progress.NONE);
        RenderedFaces.render(dir.resolve("b"), 1, 4, 64, 30, 5, Progress.NONE);
        RenderedFaces.render(dir.resolve("c"), Split.HELD_OUT, Look.COLOUR, 1, 4, 64, 30, 5, Progress.NONE);
        assertArrayEquals(
                Files.readAllBytes(dir.resolve("a/clip-000000.mp4")),
                Files.readAllBytes(dir.resolve("b/clip-000000.mp4")));
        assertEquals(-1, Files.mismatch(dir.resolve("a/clip-000000.json"), dir.resolve("b/clip-000000.json")));
        assertNotEquals(-1, Files.mismatch(dir.resolve("a/clip-000000.mp4"), dir.resolve("c/clip-000000.mp4")));
        String truth = Files.readString(dir.resolve("a/clip-000001.json"));
        assertTrue(truth.contains("\"hair_style\"") && truth.contains("\"mouth\": ["), truth);
    }

    /** What is drawn at 256 x 256 is the scene that is drawn at 64 x 64, and is stored at its own size. */
    @Test
    void rendersAtAnySize() throws IOException {
        RenderedFaces.render(dir.resolve("large"), 1, 2, 256, 30, 5, Progress.NONE);
        RenderedFaces.render(dir.resolve("small"), 1, 2, 64, 30, 5, Progress.NONE);
        RenderedFaces.render(dir.resolve("odd"), 1, 2, 77, 30, 5, Progress.NONE);
        try (VideoReader large = new VideoReader(dir.resolve("large/clip-000000.mp4"))) {
            assertEquals(256, large.width());
        }
        try (VideoDataset large = VideoDataset.open(dir.resolve("large"), 64, 1, Progress.NONE);
                VideoDataset small = VideoDataset.open(dir.resolve("small"), 64, 1, Progress.NONE);
                VideoDataset odd = VideoDataset.open(dir.resolve("odd"), 64, 1, Progress.NONE)) {
            byte[] scene = interleaved(frame(large, 0, 1, false));
            assertTrue(Videos.psnr(Videos.squaredError(scene, interleaved(frame(small, 0, 1, false))), FRAME) > 35);
            assertTrue(Videos.psnr(Videos.squaredError(scene, interleaved(frame(odd, 0, 1, false))), FRAME) > 30);
        }
    }

    @Test
    void aDataSetWithoutRoomIsRefusedBeforeItIsDecoded() throws IOException {
        FrameStore.check(dir, 1000, 64, dir, 12_288_000);
        var error = assertThrows(IOException.class, () -> FrameStore.check(dir, 10_000_000, 256, dir, 5_000_000_000L));
        assertTrue(
                error.getMessage().contains("1966.1 GB")
                        && error.getMessage().contains("5.0 GB left")
                        && error.getMessage().contains("java.io.tmpdir"),
                error.getMessage());
    }

    @Test
    void aSurveyKeepsNothingAndFindsTheSame() throws IOException {
        Videos.write(dir.resolve("a.mp4"), 8, 64);
        Files.copy(dir.resolve("a.mp4"), dir.resolve("b.mp4"));
        Files.writeString(dir.resolve("c.mp4"), "this is no video");
        Survey survey = Survey.of(dir, 64, 5, Progress.NONE);
        assertEquals(16, survey.frames());
        assertEquals(16L * FRAME, survey.bytes());
        try (VideoDataset dataset = VideoDataset.open(dir, 64, 5, Progress.NONE)) {
            assertEquals(dataset.problems(), survey.problems());
            assertEquals(dataset.remarks(), survey.remarks());
        }
        assertEquals(0, Survey.of(dir, 64, 9, Progress.NONE).clips().size()); // nothing good is an answer, too
    }

    @Test
    void renderingGoesOnWhereItStopped() throws IOException {
        RenderedFaces.render(dir, 1, 4, 64, 30, 5, Progress.NONE);
        Path first = dir.resolve("clip-000000.mp4");
        Files.setLastModifiedTime(first, FileTime.fromMillis(1000));
        var heard = new ArrayList<String>();
        RenderedFaces.render(dir, 3, 4, 64, 30, 5, (done, total) -> heard.add(done + "/" + total));
        assertEquals(FileTime.fromMillis(1000), Files.getLastModifiedTime(first));
        assertTrue(Files.exists(dir.resolve("clip-000002.mp4")));
        assertEquals(List.of("1/3", "2/3", "3/3"), heard);
    }

    @Test
    void oneFolderHoldsOneSetting() throws IOException {
        RenderedFaces.render(dir, 1, 4, 64, 30, 5, Progress.NONE);
        var error = assertThrows(IOException.class, () -> RenderedFaces.render(dir, 1, 4, 64, 30, 6, Progress.NONE));
        assertTrue(error.getMessage().contains("other settings"), error.getMessage());
    }

    @Test
    void aFailureOfTheListenerStopsTheWorkAndLeavesNoHalfClip() throws IOException {
        assertThrows(
                IllegalStateException.class,
                () -> RenderedFaces.render(dir, 3, 4, 64, 30, 5, (done, total) -> {
                    throw new IllegalStateException("the listener gave up");
                }));
        try (var files = Files.list(dir)) {
            assertFalse(files.anyMatch(file -> file.toString().endsWith(".part")));
        }
    }

    @Test
    void cropsTheMiddleAndAverages() {
        var wide = new byte[8 * 4 * 3]; // black with a white column left and right of the middle square
        for (int i = 0; i < 32; i++) {
            boolean inside = i % 8 >= 2 && i % 8 < 6;
            Arrays.fill(wide, 3 * i, 3 * i + 3, (byte) (inside ? i % 8 * 10 : 255));
        }
        var planar = new byte[3 * 2 * 2];
        new SquareScaler(8, 4, 2).scale(wide, planar);
        assertArrayEquals(new byte[] {25, 45, 25, 45, 25, 45, 25, 45, 25, 45, 25, 45}, planar);
    }

    @Test
    void averagesUnevenly() {
        var rgb = new byte[3 * 3 * 3]; // columns 0, 30, 90
        for (int i = 0; i < 9; i++) {
            Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) (i % 3 == 0 ? 0 : i % 3 == 1 ? 30 : 90));
        }
        var planar = new byte[3 * 2 * 2];
        new SquareScaler(3, 3, 2).scale(rgb, planar);
        assertEquals(10, planar[0]); // (0 + 30/2) / 1.5
        assertEquals(70, planar[1]); // (30/2 + 90) / 1.5
    }

    private static float[] frame(VideoDataset dataset, int clip, int frame, boolean mirror) {
        var values = new float[FRAME];
        dataset.read(clip, frame, mirror, values, 0);
        return values;
    }

    private static byte[] interleaved(float[] planar) {
        var rgb = new byte[FRAME];
        for (int i = 0; i < FRAME; i++) {
            rgb[i] = (byte) Math.round((planar[i % 3 * 64 * 64 + i / 3] + 1) * 127.5f);
        }
        return rgb;
    }
}
