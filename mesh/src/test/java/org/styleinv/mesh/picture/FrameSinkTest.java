package org.styleinv.mesh.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.video.provenance.Testimony;

/** Every form of a video, played by ffmpeg. */
class FrameSinkTest {
    private static final int SIDE = 32;
    private static final int FRAMES = 12;
    private static final String MODEL = "5eed";
    private static final Credit CREDIT = Credit.of(
            GenerateRequest.newBuilder().setSeed(7).setFrameCount(FRAMES).build());
    private static final double FPS = 30;
    private static final int NEAR = 12; // of 256: half the colours, or 256 of them, are kept

    @TempDir
    private Path folder;

    private static int level(int index, int channel) {
        return 40 + (index * 15 + channel * 50) % 180;
    }

    private static Pixels frame(int index) {
        var rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) level(index, i % 3);
        }
        return new Pixels(SIDE, SIDE, rgb);
    }

    private static void write(FrameSink sink) throws IOException {
        for (int i = 0; i < FRAMES; i++) {
            sink.write(i, frame(i), MODEL);
        }
        sink.finish();
    }

    private static void assertPlays(Path video, int frames) throws IOException {
        int shown = 0;
        try (var player = new FFmpegFrameGrabber(video.toFile())) {
            player.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
            if (video.toString().endsWith(".mjpeg")) {
                player.setFormat("mjpeg");
                player.setOption("framerate", "30"); // which JPEGs alone do not have
            }
            player.start();
            Frame frame;
            while ((frame = player.grabImage()) != null) {
                var rgb = (ByteBuffer) frame.image[0];
                int middle = SIDE / 2 * frame.imageStride + SIDE / 2 * 3;
                for (int c = 0; c < 3; c++) {
                    int there = rgb.get(middle + c) & 0xFF;
                    assertTrue(
                            Math.abs(there - level(shown, c)) <= NEAR,
                            video + ", frame " + shown + ", channel " + c + ": " + there + ", not " + level(shown, c));
                }
                assertEquals(shown / FPS, frame.timestamp / 1e6, 0.011, "when frame " + shown + " is shown");
                shown++;
            }
        }
        assertEquals(frames, shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.mp4", "b.webm", "c.gif", "D.GIF", "clip é ü #1 %20.webm", "name.with.dots.mp4"})
    void aVideoByTheEndOfItsName(String name) throws IOException {
        Path target = folder.resolve("new").resolve(name);
        try (FrameSink sink = FrameSink.to(target, FPS, CREDIT)) {
            write(sink);
        }
        assertPlays(target, FRAMES);
        assertEquals("seed=7&frames=12", Testimony.of(target).request());
        try (Stream<Path> left = Files.list(folder.resolve("new"))) {
            assertEquals(List.of(target), left.toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"a.mp4", "b.webm", "c.gif", "d.webp"})
    void whatIsGivenUpLeavesNothing(String name) throws IOException {
        try (FrameSink sink = FrameSink.to(folder.resolve(name), FPS, CREDIT)) {
            sink.write(0, frame(0), MODEL);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    /** Who reads along has each frame when it was written, and a reader that comes to the end has a whole video. */
    @Test
    void aVideoGoesBehindALink() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("large-disk")).resolve("a.mp4");
        Files.writeString(elsewhere, "older");
        Path link = Files.createSymbolicLink(folder.resolve("out.mp4"), elsewhere);
        write(FrameSink.to(link, 30, CREDIT));
        assertTrue(Files.isSymbolicLink(link));
        assertPlays(elsewhere, FRAMES);
    }

    /** As root, renaming a video to the name of a device would put a file in its place. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsNoFileIsNotReplaced() throws IOException {
        Path device = Files.createSymbolicLink(folder.resolve("device.mp4"), Path.of("/dev/zero"));
        Path directory = Files.createDirectory(folder.resolve("folder.mp4"));
        for (Path target : List.of(device, directory)) {
            Failure refusal = assertThrows(Failure.class, () -> FrameSink.to(target, 30, CREDIT));
            assertTrue(refusal.getMessage().contains(target.toString()), refusal.getMessage());
        }
        assertTrue(Files.isSymbolicLink(device));
        assertFalse(Files.isRegularFile(Path.of("/dev/zero")));
    }

    /** By its chunks: ffmpeg of before 2026 plays no animated WebP. */
    @Test
    void aWebPHasEveryFrameForItsTime() throws IOException {
        Path target = folder.resolve("a.webp");
        try (FrameSink sink = FrameSink.to(target, FPS, CREDIT)) {
            write(sink);
        }
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(target)).order(ByteOrder.LITTLE_ENDIAN);
        List<String> chunks = new ArrayList<>();
        int shown = 0;
        int millis = 0;
        for (int at = 12; at + 8 <= file.capacity(); at += 8 + (file.getInt(at + 4) + 1 & ~1)) {
            chunks.add(new String(file.array(), at, 4, StandardCharsets.US_ASCII));
            if (chunks.get(chunks.size() - 1).equals("ANMF")) {
                shown++;
                millis += file.getInt(at + 8 + 12) & 0xFFFFFF;
            }
        }
        assertEquals("seed=7&frames=12", Testimony.of(target).request());
        assertEquals("VP8X", chunks.get(0));
        assertTrue(chunks.contains("ANIM"), chunks.toString());
        assertEquals(FRAMES, shown);
        assertEquals(1000 * FRAMES / FPS, millis, FRAMES);
    }

    @ParameterizedTest
    @EnumSource(PipeForm.class)
    void aVideoOnStandardOutputComesFrameByFrame(PipeForm form) throws IOException {
        String ending = "." + form.name().toLowerCase(Locale.ROOT);
        var out = new ByteArrayOutputStream();
        PrintStream usual = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try (FrameSink sink = FrameSink.to(Path.of("-"), FPS, form, CREDIT)) {
            for (int i = 0; i < FRAMES; i++) {
                sink.write(i, frame(i), MODEL);
                if (i == FRAMES / 2) {
                    int all = form == PipeForm.MP4 ? i : i + 1; // a fragment ends where the next begins
                    assertPlays(Files.write(folder.resolve("half" + ending), out.toByteArray()), all);
                }
            }
            sink.finish();
        } finally {
            System.setOut(usual);
        }
        Path whole = Files.write(folder.resolve("whole" + ending), out.toByteArray());
        assertPlays(whole, FRAMES);
        if (form != PipeForm.Y4M) { // has no place for it
            Testimony said = Testimony.of(whole);
            assertEquals(MODEL, said.model());
            assertEquals(form == PipeForm.MP4 ? "seed=7&frames=12" : "seed=7&first_index=0&frames=1", said.request());
        }
    }

    @Test
    void aFolderHasFramesThatEachSayWhichTheyAre() throws IOException {
        Path target = folder.resolve("frames");
        try (FrameSink sink = FrameSink.to(target, FPS, CREDIT)) {
            write(sink);
        }
        Testimony said = Testimony.of(target.resolve("frame-000003.png"));
        assertEquals(MODEL, said.model());
        assertEquals("seed=7&first_index=3&frames=1", said.request());
    }

    @Test
    void aRateIsAFraction() {
        assertEquals("30:1", Pipe.rate(30));
        assertEquals("2997:100", Pipe.rate(29.97));
        assertEquals("5:10", Pipe.rate(0.5));
        assertEquals("1000:1", Pipe.rate(1000));
    }

    @Test
    void theRootOfTheFileSystemIsNoFolderForFrames() {
        Path root = folder.toAbsolutePath().getRoot();
        Failure refusal = assertThrows(Failure.class, () -> FrameSink.to(root, FPS, CREDIT));
        assertTrue(refusal.input() && refusal.getMessage().startsWith(root + " is the root"), refusal.getMessage());
    }

    @Test
    void aFormIsForStandardOutputAlone() {
        Failure refusal =
                assertThrows(Failure.class, () -> FrameSink.to(folder.resolve("a.mp4"), FPS, PipeForm.Y4M, CREDIT));
        assertTrue(refusal.getMessage().contains("--format is for --out -"), refusal.getMessage());
    }
}
