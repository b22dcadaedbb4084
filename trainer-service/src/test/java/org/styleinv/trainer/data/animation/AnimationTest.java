package org.styleinv.trainer.data.animation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnimationTest {
    private static final int WHITE = 0xffffff;
    private static final int BLUISH = 0xb4c2d0;

    private record Shown(double time, byte[] rgb) {
        int pixel(int i) {
            return (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255;
        }
    }

    private static List<Shown> all(byte[] file, int background) throws IOException {
        return all(file, background, 1 << 20);
    }

    private static List<Shown> all(byte[] file, int background, long runBytes) throws IOException {
        List<Shown> shown = new ArrayList<>();
        try (Animation animation = new Animation(file, background, runBytes)) {
            for (Optional<byte[]> frame = animation.next(); frame.isPresent(); frame = animation.next()) {
                assertEquals(3 * animation.width() * animation.height(), frame.get().length);
                shown.add(new Shown(animation.time(), frame.get()));
            }
            assertEquals(animation.frames(), shown.size());
        }
        return shown;
    }

    /** Written by libwebp: 6 x 4, full red; green of alpha 128 and blue of 51, both in the left half only. */
    private static byte[] webp() throws IOException {
        try (InputStream in = AnimationTest.class.getResourceAsStream("/animation/three.webp")) {
            return in.readAllBytes();
        }
    }

    private static int over(int colour, int alpha, int background) {
        int mixed = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            double value =
                    (colour >> shift & 255) * alpha / 255.0 + (background >> shift & 255) * (255 - alpha) / 255.0;
            mixed |= (int) Math.rint(value) << shift;
        }
        return mixed;
    }

    @ParameterizedTest
    @ValueSource(ints = {WHITE, BLUISH, 0})
    void webpGoesByItsOwnClockOverTheBackground(int background) throws IOException {
        List<Shown> shown = all(webp(), background);
        assertArrayEquals(
                new double[] {0, 0.04, 0.12},
                shown.stream().mapToDouble(Shown::time).toArray(),
                1e-9);
        try (Animation animation = new Animation(webp(), background)) {
            assertEquals(3 / 1.12, animation.fps(), 1e-9);
        }
        int[][] colours = {{0xdc1e1e, 255}, {0x1ec81e, 128}, {0x1e1edc, 51}};
        for (int f = 0; f < 3; f++) {
            assertEquals(
                    over(colours[f][0], colours[f][1], background), shown.get(f).pixel(0));
            assertEquals(f == 0 ? 0xdc1e1e : background, shown.get(f).pixel(5));
        }
    }

    /** Within a level, which OpenCV cuts off where it lays one frame over another. */
    private static void assertNear(int expected, int actual, String what) {
        for (int shift = 0; shift <= 16; shift += 8) {
            assertEquals(expected >> shift & 255, actual >> shift & 255, 1, what);
        }
    }

    private static BufferedImage plain(int type, int width, int height, int argb) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, argb);
        }
        return image;
    }

    @Test
    void pngHasFractionsOfSecondsPartsOfFramesAndTwoWaysToLayThem() throws IOException {
        int type = BufferedImage.TYPE_INT_ARGB;
        byte[] file = Apng.of(
                null,
                List.of(
                        new Apng.Frame(plain(type, 4, 2, 0xff102030), 0, 0, 1, 30, false),
                        new Apng.Frame(plain(type, 2, 1, 0x80ff0000), 1, 0, 1001, 30000, true),
                        new Apng.Frame(plain(type, 2, 1, 0x80ff0000), 2, 1, 5, 0, false)));
        List<Shown> shown = all(file, BLUISH);
        assertArrayEquals(
                new double[] {0, 1 / 30.0, 1 / 30.0 + 1001 / 30000.0},
                shown.stream().mapToDouble(Shown::time).toArray(),
                1e-9);
        assertEquals(0x102030, shown.get(0).pixel(1));
        assertNear(over(0xff0000, 128, 0x102030), shown.get(1).pixel(1), "laid over");
        assertEquals(0x102030, shown.get(1).pixel(0));
        assertEquals(over(0xff0000, 128, BLUISH), shown.get(2).pixel(6), "in its place");
        assertNear(over(0xff0000, 128, 0x102030), shown.get(2).pixel(1), "stays");
        try (Animation animation = new Animation(file, 0)) {
            assertEquals(3 / (1 / 30.0 + 1001 / 30000.0 + 0.05), animation.fps(), 1e-9);
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_USHORT_GRAY
            })
    void pngOfEveryColourTypeIsRead(int type) throws IOException {
        BufferedImage light = plain(type, 3, 3, 0xffffffff);
        BufferedImage dark = plain(type, 3, 3, 0xff000000);
        List<Shown> shown = all(
                Apng.of(
                        null,
                        List.of(new Apng.Frame(light, 0, 0, 1, 10, false), new Apng.Frame(dark, 0, 0, 1, 10, false))),
                BLUISH);
        assertEquals(WHITE, shown.get(0).pixel(4));
        assertEquals(0, shown.get(1).pixel(4));
    }

    @Test
    void aPictureBeforeTheFramesIsNoFrame() throws IOException {
        int type = BufferedImage.TYPE_INT_RGB;
        List<Apng.Frame> frames = List.of(
                new Apng.Frame(plain(type, 3, 3, 0xff00ff00), 0, 0, 1, 10, false),
                new Apng.Frame(plain(type, 3, 3, 0xff0000ff), 0, 0, 1, 10, false));
        List<Shown> shown = all(Apng.of(plain(type, 3, 3, 0xffff0000), frames), WHITE);
        assertEquals(
                List.of(0x00ff00, 0x0000ff), shown.stream().map(s -> s.pixel(0)).toList());
    }

    /** Each frame changes one pixel: what was laid before must be there in the next run, too. */
    @ParameterizedTest
    @ValueSource(longs = {1, 3 * 4 * 50 * 2, 7 * 4 * 50 * 2, 1 << 20})
    void aLongAnimationIsDecodedInRuns(long runBytes) throws IOException {
        int type = BufferedImage.TYPE_INT_RGB;
        List<Apng.Frame> frames = new ArrayList<>();
        frames.add(new Apng.Frame(plain(type, 50, 2, 0), 0, 0, 1, 10, false));
        IntStream.range(1, 40)
                .forEach(i -> frames.add(new Apng.Frame(plain(type, 1, 1, 0xff000000 | i), i, 0, 1, 10, false)));
        List<Shown> shown = all(Apng.of(null, frames), WHITE, runBytes);
        for (int f = 0; f < 40; f++) {
            for (int x = 0; x < 42; x++) {
                assertEquals(x <= f ? x : 0, shown.get(f).pixel(x), "frame " + f + " at " + x);
            }
        }
        assertEquals(3, all(webp(), WHITE, runBytes).size());
    }

    /** Browsers do not show a frame for 10 ms or less, and no clock could. */
    @Test
    void aFrameWithoutTimeIsShownForATenthOfASecond() throws IOException {
        BufferedImage image = plain(BufferedImage.TYPE_INT_RGB, 2, 2, 0);
        byte[] file = Apng.of(
                null,
                List.of(
                        new Apng.Frame(image, 0, 0, 0, 100, false),
                        new Apng.Frame(image, 0, 0, 1, 100, false),
                        new Apng.Frame(image, 0, 0, 2, 100, false)));
        try (Animation animation = new Animation(file, 0)) {
            assertEquals(3 / 0.22, animation.fps(), 1e-9);
        }
    }

    @Test
    void whatIsDamagedIsRefusedInASentence() throws IOException {
        byte[] webp = webp();
        byte[] png = Apng.of(
                null,
                List.of(
                        new Apng.Frame(plain(BufferedImage.TYPE_INT_RGB, 9, 9, 7), 0, 0, 1, 10, false),
                        new Apng.Frame(plain(BufferedImage.TYPE_INT_RGB, 9, 9, 8), 0, 0, 1, 10, false)));
        for (byte[] file : List.of(webp, png)) {
            for (int cut = 0; cut < file.length; cut++) {
                byte[] part = Arrays.copyOf(file, cut);
                String said =
                        assertThrows(IOException.class, () -> all(part, WHITE)).getMessage();
                assertTrue(said.matches("(?s)(is|has|ends|cannot) .*"), said);
            }
            byte[] noise = file.clone();
            for (int i = 60; i < noise.length - 12; i++) {
                noise[i] ^= (byte) (i * 37);
            }
            assertThrows(IOException.class, () -> all(noise, WHITE));
        }
        assertThrows(IOException.class, () -> all("GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0));
    }
}
