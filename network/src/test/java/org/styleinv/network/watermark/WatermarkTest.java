package org.styleinv.network.watermark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatermarkTest {
    private static final MarkKey KEY = new MarkKey(new byte[32]);
    private static final Payload PAYLOAD = Payload.of("22bfae7e9b7f", 5);
    private static final MarkDetector DETECTOR = new MarkDetector(KEY);

    /** What may happen to a picture. */
    private interface Channel {
        Tiles.Frame through(Tiles.Frame frame) throws IOException;
    }

    private static Tiles.Frame marked(Tiles.Frame frame) {
        return new Tiles.Frame(
                frame.width(), frame.height(), new Watermark(KEY, PAYLOAD, frame.width()).mark(frame.rgb()));
    }

    private static Optional<MarkDetector.Found> found(MarkDetector detector, List<Tiles.Frame> frames) {
        MarkDetector.Look look = detector.look();
        frames.forEach(frame -> look.at(frame.rgb(), frame.width(), frame.height()));
        return look.found();
    }

    /** Of how many frames, each alone, the mark is found and says what it said. */
    private static long found(List<Tiles.Frame> frames, Channel channel) throws IOException {
        long count = 0;
        for (Tiles.Frame frame : frames) {
            var found = found(DETECTOR, List.of(channel.through(marked(frame))));
            count += found.map(MarkDetector.Found::payload).equals(Optional.of(PAYLOAD)) ? 1 : 0;
        }
        return count;
    }

    @Test
    void survivesJpegAndHalvingInOneFrameOf64Pixels() throws IOException {
        List<Tiles.Frame> frames = Tiles.small().subList(16, 48);
        assertEquals(32, found(frames, frame -> frame), "plain");
        assertEquals(32, found(frames, frame -> frame.jpeg(0.5)), "JPEG of quality 50");
        assertEquals(32, found(frames, Tiles.Frame::half), "half size");
        assertEquals(32, found(frames, frame -> frame.jpeg(0.5).half()), "JPEG, then half size");
        assertEquals(32, found(frames, frame -> frame.half().jpeg(0.5)), "half size, then JPEG");
    }

    @Tag("thorough")
    @ParameterizedTest
    @ValueSource(ints = {128, 256})
    void survivesBothInLargerFrames(int side) throws IOException {
        List<Tiles.Frame> frames = Tiles.large().subList(0, 16).stream()
                .map(frame -> side == 128 ? frame : frame.twice())
                .toList();
        assertEquals(16, found(frames, frame -> frame.jpeg(0.5)), "JPEG of quality 50");
        assertEquals(16, found(frames, frame -> frame.half().jpeg(0.5)), "half size, then JPEG");
        assertEquals(16, found(frames, frame -> frame.twice().jpeg(0.5)), "twice the size, then JPEG");
        assertEquals(16, found(frames, frame -> frame.half().half()), "a quarter of the size");
    }

    @Test
    void leavesEveryFrameAt40Decibels() throws IOException {
        Random random = new Random(1);
        byte[] noise = new byte[3 * 64 * 64];
        random.nextBytes(noise);
        byte[] white = new byte[noise.length];
        Arrays.fill(white, (byte) 255);
        List<Tiles.Frame> frames = new java.util.ArrayList<>(Tiles.small());
        frames.addAll(Tiles.large());
        for (byte[] rgb : List.of(noise, white, new byte[noise.length])) {
            frames.add(new Tiles.Frame(64, 64, rgb));
        }
        for (Tiles.Frame frame : frames) {
            double psnr = frame.psnr(marked(frame));
            assertTrue(psnr >= Watermark.PSNR, psnr + " dB");
        }
    }

    @Test
    void isTheSameEveryTime() throws IOException {
        Tiles.Frame frame = Tiles.small().get(0);
        byte[] before = frame.rgb().clone();
        assertArrayEquals(marked(frame).rgb(), marked(frame).rgb());
        assertArrayEquals(before, frame.rgb(), "the frame that was given");
        assertEquals(
                "ed69bfe3", Integer.toHexString(Arrays.hashCode(marked(frame).rgb())), "the bits of every machine");
    }

    @Test
    void findsItInOtherContrastAndShape() throws IOException {
        List<Tiles.Frame> frames = Tiles.large().subList(0, 16);
        assertEquals(16, found(frames, frame -> contrast(frame, 219 / 255.0)), "the range of video");
        assertEquals(16, found(frames, frame -> contrast(frame, 1.05)), "more contrast");
        assertEquals(16, found(frames, WatermarkTest::narrow), "squeezed to 101 x 128 pixels");
    }

    private static Tiles.Frame contrast(Tiles.Frame frame, double contrast) {
        byte[] rgb = new byte[frame.rgb().length];
        for (int i = 0; i < rgb.length; i++) {
            double value = ((frame.rgb()[i] & 255) - 128) * contrast + 128;
            rgb[i] = (byte) Math.round(Math.max(0, Math.min(255, value)));
        }
        return new Tiles.Frame(frame.width(), frame.height(), rgb);
    }

    /** Between columns straight. */
    private static Tiles.Frame narrow(Tiles.Frame frame) {
        int width = 101;
        byte[] rgb = new byte[3 * width * frame.height()];
        for (int i = 0; i < rgb.length; i++) {
            double x = (i / 3 % width + 0.5) * frame.width() / width - 0.5;
            int left = Math.max(0, (int) x);
            int row = i / (3 * width) * frame.width();
            int a = frame.rgb()[3 * (row + left) + i % 3] & 255;
            int b = frame.rgb()[3 * (row + Math.min(frame.width() - 1, left + 1)) + i % 3] & 255;
            rgb[i] = (byte) Math.round(a + (b - a) * (x - left));
        }
        return new Tiles.Frame(width, frame.height(), rgb);
    }

    @Test
    void framesOfAVideoSayTogetherWhatOneDoesNot() throws IOException {
        Random random = new Random(3);
        List<Tiles.Frame> frames = new java.util.ArrayList<>();
        Tiles.Frame marked = marked(Tiles.small().get(7));
        for (int i = 0; i < 90; i++) {
            byte[] rgb = marked.rgb().clone();
            for (int y = 0; y < 8; y++) { // noise of whole blocks, as rounding their means would be
                for (int x = 0; x < 8; x++) {
                    blocks(rgb, x, y, (int) Math.round(random.nextGaussian() * 3));
                }
            }
            frames.add(new Tiles.Frame(64, 64, rgb));
        }
        assertEquals(Optional.empty(), found(DETECTOR, frames.subList(0, 1)), "one frame");
        assertEquals(Optional.of(PAYLOAD), found(DETECTOR, frames).map(MarkDetector.Found::payload), "all of them");
    }

    private static void blocks(byte[] rgb, int x, int y, int more) {
        for (int i = 0; i < 64; i++) {
            for (int c = 0; c < 3; c++) {
                int at = 3 * ((8 * y + i / 8) * 64 + 8 * x + i % 8) + c;
                rgb[at] = (byte) Math.max(0, Math.min(255, (rgb[at] & 255) + more));
            }
        }
    }

    @Test
    void isNotThereForAnotherKeyNorInAFrameThatWasNotMarked() throws IOException {
        var other = new MarkDetector(new MarkKey(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6}));
        for (Tiles.Frame frame : Tiles.small().subList(0, 16)) {
            assertEquals(Optional.empty(), found(other, List.of(marked(frame))));
            assertEquals(Optional.empty(), found(DETECTOR, List.of(frame)));
        }
        assertEquals(Optional.empty(), found(DETECTOR, Tiles.small()), "as one video");
        assertEquals(Optional.empty(), DETECTOR.look().found(), "no frame at all");
    }

    @Test
    void refusesWhatCannotCarryOrShowIt(@TempDir Path folder) throws IOException {
        assertEquals(
                "a mark wants frames whose side is a multiple of 32 and at least 64 pixels, got 32",
                assertThrows(IllegalArgumentException.class, () -> new Watermark(KEY, PAYLOAD, 32))
                        .getMessage());
        assertEquals(
                "the owner of a mark must be from 0 to 63, got 64",
                assertThrows(IllegalArgumentException.class, () -> Payload.of("a", 64))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> DETECTOR.look().at(new byte[3 * 31 * 64], 31, 64));
        Path key = folder.resolve("mark.key");
        String missing = assertThrows(IllegalArgumentException.class, () -> MarkKey.read(key))
                .getMessage();
        assertTrue(missing.startsWith("there is no file " + key) && missing.contains("openssl rand"), missing);
        Files.writeString(key, "c2hvcnQ=\n");
        String bad = assertThrows(IllegalArgumentException.class, () -> MarkKey.read(key))
                .getMessage();
        assertTrue(bad.contains("is no key of marks") && !bad.contains("c2hvcnQ"), bad);
        Files.writeString(key, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        assertArrayEquals(KEY.dithers(PAYLOAD), MarkKey.read(key).dithers(PAYLOAD), "32 bytes of 0");
    }
}
