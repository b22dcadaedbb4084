package org.styleinv.trainer.data.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes in from a video is what the program ffmpeg shows of it where nothing is said. {@code videos.zip}, which
 * {@code videos.sh} beside it makes, has videos of every kind, each with {@code NAME.rgb}: what ffmpeg shows.
 */
class ShownVideosTest {
    private static final Map<String, byte[]> FILES = files();

    @TempDir
    Path dir;

    private static Map<String, byte[]> files() {
        var files = new TreeMap<String, byte[]>();
        try (var zip = new ZipInputStream(ShownVideosTest.class.getResourceAsStream("videos.zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return files;
    }

    static Stream<String> videos() {
        return FILES.keySet().stream().filter(name -> !name.endsWith(".rgb"));
    }

    /** Broadcasts and films without a container say nowhere how long they are, and one frame cannot be halved. */
    static Stream<String> thoseThatEnd() {
        return videos().filter(name -> !name.matches(".*[.](ts|mjpeg)|one.*"));
    }

    @ParameterizedTest
    @MethodSource("videos")
    void framesAreThoseOfFfmpeg(String name) throws IOException {
        byte[] shown = read(name, FILES.get(name));
        byte[] expected = FILES.get(name + ".rgb");
        assertTrue(expected.length > 0);
        assertEquals(expected.length, shown.length, "bytes of all frames");
        int worst = 0;
        for (int i = 0; i < shown.length; i++) {
            worst = Math.max(worst, Math.abs((shown[i] & 255) - (expected[i] & 255)));
        }
        assertTrue(worst <= 2, "differs by " + worst);
    }

    @ParameterizedTest
    @MethodSource("thoseThatEnd")
    void halfAVideoIsNamedAsDamaged(String name) {
        byte[] whole = FILES.get(name);
        for (int of10 : new int[] {5, 8}) {
            byte[] part = Arrays.copyOf(whole, whole.length * of10 / 10);
            IOException error = assertThrows(IOException.class, () -> read(name, part), of10 + " tenths");
            assertTrue(error.getMessage().contains(name) && error.getMessage().contains("damaged"), error.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("videos")
    void whatFollowsAWholeVideoDoesNotSpoilIt(String name) throws IOException {
        byte[] whole = FILES.get(name);
        byte[] longer = Arrays.copyOf(whole, whole.length + 40);
        Arrays.fill(longer, whole.length, longer.length, (byte) 'x');
        assertEquals(FILES.get(name + ".rgb").length, read(name, longer).length);
    }

    /** Nothing but its own bytes comes in from a file, whatever it names, and whatever its name looks like. */
    @Test
    void aFileBringsNoOtherIn() throws IOException {
        Files.write(dir.resolve("other.mp4"), FILES.get("untagged.mp4"));
        for (String list :
                new String[] {"ffconcat version 1.0\nfile other.mp4\n", "#EXTM3U\n#EXTINF:1,\nother.mp4\n"}) {
            byte[] data = list.getBytes(StandardCharsets.UTF_8);
            for (String name : new String[] {"list.mp4", "list.m3u8", "list.ffconcat"}) {
                IOException error = assertThrows(IOException.class, () -> read(name, data), name);
                assertTrue(error.getMessage().contains("cannot be read as a video"), error.getMessage());
            }
        }
    }

    @Test
    void aNameIsNoAddressAndNoPattern() throws IOException {
        byte[] expected = FILES.get("untagged.mp4.rgb");
        for (String name : new String[] {"concat:a|b.mp4", "http:a.mp4", "a%03d.mp4", "-i.mp4", "data:,.mp4"}) {
            assertEquals(expected.length, read(name, FILES.get("untagged.mp4")).length, name);
        }
        Path here =
                Files.createTempDirectory(Path.of(""), "talks:"); // only the start of a path can be taken for a scheme
        Path file = here.resolve("a.mp4");
        try {
            Files.write(file, FILES.get("untagged.mp4"));
            try (var video = new VideoReader(file)) {
                assertEquals(expected.length % video.next().orElseThrow().length, 0);
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(here);
        }
    }

    @Test
    void framesThatAreLargerThanMemoryAreRefused() throws IOException {
        byte[] gif = FILES.get("plain.gif").clone();
        Arrays.fill(gif, 6, 10, (byte) 0x7f); // 32639 x 32639
        IOException error = assertThrows(IOException.class, () -> read("huge.gif", gif));
        assertTrue(error.getMessage().contains("huge.gif"), error.getMessage());
    }

    @Test
    void anAnimatedWebpIsNamedAsWhatItIs() throws IOException {
        try (InputStream in = ShownVideosTest.class.getResourceAsStream("/animation/three.webp")) {
            byte[] webp = in.readAllBytes();
            IOException error = assertThrows(IOException.class, () -> read("three.webp", webp));
            assertTrue(error.getMessage().contains("three.webp is an animated WebP"), error.getMessage());
        }
    }

    private byte[] read(String name, byte[] data) throws IOException {
        Path file = Files.write(dir.resolve(name), data);
        var all = new ByteArrayOutputStream();
        try (var video = new VideoReader(file)) {
            for (Optional<byte[]> frame = video.next(); frame.isPresent(); frame = video.next()) {
                all.write(frame.get());
            }
        }
        return all.toByteArray();
    }
}
