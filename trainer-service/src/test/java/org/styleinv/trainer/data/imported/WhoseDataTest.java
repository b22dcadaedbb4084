package org.styleinv.trainer.data.imported;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.styleinv.trainer.data.Parallel;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.Survey;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.frame.Picture;
import org.styleinv.trainer.data.rendered.Videos;

/**
 * Every file of a folder or a ZIP is read, named, or of a kind that is passed over; a matrix of the kinds. Pictures are grey, 20 for
 * each number, so that one sees in the result which was read as which frame.
 */
class WhoseDataTest {
    private static final ImportedVideos.Settings SETTINGS = new ImportedVideos.Settings(8, 0, 0);

    @TempDir
    Path dir;

    /** Makes a folder of data. */
    private interface Maker {
        void make(Path folder) throws IOException;
    }

    /**
     * @param videos what is imported, and of which pictures
     * @param words what is said of those that are left out, one each; and of what deserves a look
     */
    private record Kind(
            String name, Maker maker, Map<String, List<Integer>> videos, List<String> words, int passedOver) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Kind kind(String name, Maker maker, Map<String, List<Integer>> videos, String... words) {
        return new Kind(name, maker, videos, List.of(words), 0);
    }

    static Stream<Kind> folders() {
        return Stream.of(
                kind(
                        "numbers without zeros",
                        at -> numbered(at, "frame%d.png", 1, 2, 9, 10, 11),
                        Map.of("frames", List.of(1, 2, 9, 10, 11)),
                        "has gaps in its numbers"),
                kind(
                        "videos beside each other",
                        at -> {
                            numbered(at.resolve("clip10"), "%d.png", 3);
                            numbered(at.resolve("clip9"), "%d.png", 4);
                        },
                        Map.of("clip9", List.of(4), "clip10", List.of(3))),
                kind(
                        "endings in capitals and others for the same",
                        at -> {
                            png(at.resolve("1.PNG"), 1);
                            picture(at.resolve("2.JPG"), "jpg", 2);
                            picture(at.resolve("3.jpeg"), "jpg", 3);
                            picture(at.resolve("4.JPE"), "jpg", 4);
                            picture(at.resolve("5.jfif"), "jpg", 5);
                            picture(at.resolve("6.BMP"), "bmp", 6);
                            picture(at.resolve("7.tif"), "tif", 7);
                        },
                        Map.of("frames", List.of(1, 2, 3, 4, 5, 6, 7))),
                kind(
                        "no ending, or that of another kind",
                        at -> {
                            png(at.resolve("1"), 1);
                            png(at.resolve("2.jpg"), 2);
                            picture(at.resolve("3.png"), "jpg", 3);
                            png(at.resolve("4.mp4"), 4);
                            picture(at.resolve("5.gif"), "gif", 5);
                            png(at.resolve("6.frame"), 6);
                        },
                        Map.of("frames", List.of(1, 2, 3, 4, 5, 6))),
                kind(
                        "a video by another ending",
                        at -> {
                            Videos.write(at.resolve("a.mp4"), 3, 64);
                            Files.move(at.resolve("a.mp4"), at.resolve("a.png"));
                            Videos.write(at.resolve("b.mp4"), 3, 64);
                            Files.move(at.resolve("b.mp4"), at.resolve("b"));
                        },
                        Map.of("a.png", List.of(), "b", List.of())),
                kind(
                        "a video among frames",
                        at -> {
                            numbered(at, "%d.png", 1, 2, 3);
                            Videos.write(at.resolve("preview.mp4"), 3, 64);
                        },
                        Map.of("frames", List.of(1, 2, 3), "preview.mp4", List.of()),
                        "the pictures are a video of their own"),
                kind(
                        "play lists under any name",
                        at -> {
                            Videos.write(at.resolve("a.mp4"), 3, 64);
                            Files.writeString(at.resolve("b.mp4"), "ffconcat version 1.0\nfile a.mp4\n");
                            Files.writeString(at.resolve("c.m3u8"), "#EXTM3U\na.mp4\n");
                            Files.writeString(at.resolve("d.mkv"), "#EXTM3U\nhttp://localhost/a.mp4\n");
                        },
                        Map.of("a.mp4", List.of()),
                        "b.mp4: is a play list",
                        "c.m3u8: is a play list",
                        "d.mkv: is a play list"),
                kind(
                        "JPEG behind JPEG is a film, and not its first frame",
                        at -> {
                            var film = new ByteArrayOutputStream();
                            for (int i = 1; i <= 3; i++) {
                                ImageIO.write(grey(i, 16), "jpg", film);
                            }
                            Files.write(at.resolve("film.mjpeg"), film.toByteArray());
                        },
                        Map.of("film.mjpeg", List.of(1, 2, 3))),
                kind(
                        "a preview beside its video",
                        at -> {
                            Videos.write(at.resolve("a.mp4"), 3, 64);
                            png(at.resolve("a.png"), 1);
                            png(at.resolve("a.mp4.jpg"), 1);
                        },
                        Map.of("a.mp4", List.of()),
                        "a.png: has the name of the video beside it",
                        "a.mp4.jpg: has the name of the video beside it"),
                kind(
                        "one number twice",
                        at -> {
                            numbered(at.resolve("a"), "%d.png", 1, 2);
                            picture(at.resolve("a/1.jpg"), "jpg", 1);
                            numbered(at.resolve("b"), "%02d.png", 1, 2);
                            numbered(at.resolve("b"), "%d.png", 1, 2);
                            numbered(at.resolve("c"), "%d.png", 5);
                        },
                        Map.of("c", List.of(5)),
                        "a: has 1 frame twice (1.jpg and 1.png)",
                        "b: has 2 frames twice"),
                kind(
                        "sizes that differ, damage and nothing at all",
                        at -> {
                            numbered(at.resolve("sizes"), "%d.png", 1, 2);
                            ImageIO.write(
                                    grey(3, 16),
                                    "png",
                                    at.resolve("sizes/3.png").toFile());
                            numbered(at.resolve("damage"), "%d.png", 1);
                            Files.writeString(at.resolve("damage/2.png"), "no picture");
                            numbered(at.resolve("empty"), "%d.png", 1);
                            Files.createFile(at.resolve("empty/2.png"));
                            Files.createFile(at.resolve("empty.mp4"));
                            Files.createFile(at.resolve("_SUCCESS"));
                            numbered(at.resolve("good"), "%d.png", 1);
                        },
                        Map.of("good", List.of(1)),
                        "3.png is 16 x 16, but 1.png is 8 x 8",
                        "2.png cannot be read as a picture",
                        "2.png is an empty file",
                        "empty.mp4 is an empty file",
                        "_SUCCESS: is an empty file"),
                kind(
                        "what is nothing of all this",
                        at -> {
                            numbered(at, "%d.png", 1);
                            Files.writeString(at.resolve("slides.pptx"), "what is this?");
                            Files.write(
                                    at.resolve("old.zip"),
                                    new Zips().add("1.png", new byte[9]).bytes());
                            Files.write(at.resolve("old.tar.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});
                            Files.write(at.resolve("raw.dng"), new byte[] {'I', 'I', '*', 0});
                            Files.write(at.resolve("a.mp4.part"), new byte[] {0, 0, 0, 24, 'f', 't', 'y', 'p'});
                            png(at.resolve("1.png~"), 1);
                        },
                        Map.of("frames", List.of(1)),
                        "slides.pptx: is neither a picture nor a video",
                        "old.zip: is a ZIP inside the data",
                        "old.tar.gz: is an archive",
                        "raw.dng: is a camera's raw picture",
                        "a.mp4.part: is a download that has not ended",
                        "1.png~: is a spare copy"),
                new Kind(
                        "what is passed over",
                        at -> {
                            numbered(at, "%d.png", 1);
                            for (String name : List.of(
                                    "Thumbs.db",
                                    ".DS_Store",
                                    "desktop.ini",
                                    "._1.png",
                                    "notes.TXT",
                                    "labels.json",
                                    "a.csv",
                                    "README",
                                    "sound.wav",
                                    "LICENSE")) {
                                Files.writeString(at.resolve(name), "x");
                            }
                            png(at.resolve("__MACOSX/._1.png"), 1);
                            png(at.resolve(".hidden/1.png"), 1);
                        },
                        Map.of("frames", List.of(1)),
                        List.of(),
                        12),
                kind(
                        "links",
                        at -> {
                            numbered(at.resolve("real"), "%d.png", 1, 2);
                            Files.createSymbolicLink(at.resolve("real/3.png"), Path.of("2.png"));
                            Files.createSymbolicLink(at.resolve("real/up"), Path.of(".."));
                            Files.createSymbolicLink(at.resolve("above"), Path.of("../.."));
                            Files.createSymbolicLink(at.resolve("again"), Path.of("real"));
                            Files.createSymbolicLink(at.resolve("round"), Path.of("round"));
                            Files.createSymbolicLink(at.resolve("gone.png"), Path.of("nowhere.png"));
                            numbered(at.resolveSibling("elsewhere"), "%d.png", 7);
                            Files.createSymbolicLink(at.resolve("out"), Path.of("../elsewhere"));
                            Files.createSymbolicLink(at.resolve("null.png"), Path.of("/dev/null"));
                        },
                        Map.of("real", List.of(1, 2, 2), "out", List.of(7)),
                        "real/up: is a link that leads back",
                        "above: is a link that leads back",
                        "again: leads to ",
                        "round: is a link that leads back",
                        "gone.png: is a link to a file that is not there",
                        "null.png: is a pipe, a device or a socket"),
                kind(
                        "names of any kind",
                        at -> {
                            numbered(at.resolve("a\nb\u001b[31m"), "%d.png", 1, 2);
                            Files.writeString(at.resolve("bad\u202e\n.mp4"), "no video");
                            numbered(at.resolve("n".repeat(250)), "%d.png", 3);
                            numbered(at.resolve("dataset.json"), "%d.png", 4);
                            numbered(at.resolve("Clip"), "%d.png", 5);
                            numbered(at.resolve("clip"), "%d.png", 6);
                        },
                        Map.of(
                                "a%0Ab%1B[31m", // a line feed in a name breaks every list
                                List.of(1, 2),
                                "n".repeat(191) + "~ab57a8c0",
                                List.of(3),
                                "dataset.json-",
                                List.of(4),
                                "Clip",
                                List.of(5),
                                "clip-",
                                List.of(6)),
                        "bad\\u202e\\n.mp4",
                        "a\\nb\\u001b[31m: is written as",
                        "dataset.json: is written as",
                        "clip: is written as",
                        "n: is written as"),
                kind(
                        "a pipe",
                        at -> {
                            numbered(at, "%d.png", 1);
                            shell("mkfifo pipe.png", at);
                        },
                        Map.of("frames", List.of(1)),
                        "pipe.png: is a pipe"),
                kind(
                        "names that are no text",
                        at -> {
                            Videos.write(at.resolve("a.mp4"), 3, 64);
                            shell("mv a.mp4 \"$(printf 'clip \\351.mp4')\"", at);
                            numbered(at.resolve("b"), "%d.png", 1, 2);
                            shell("mv b \"$(printf 'b \\351')\"", at);
                        },
                        Map.of("clip \ufffd.mp4", List.of(), "b \ufffd", List.of(1, 2))));
    }

    @ParameterizedTest
    @MethodSource("folders")
    void everyFileOfAFolderIsAccountedFor(Kind kind) throws IOException {
        Path from = Files.createDirectories(dir.resolve("data/from"));
        kind.maker.make(from);
        check(from, kind);
    }

    static Stream<Kind> zips() throws IOException {
        byte[] one = bytes(1);
        byte[] two = bytes(2);
        return Stream.of(
                zip(
                        "folders by \\",
                        new Zips()
                                .add("a\\1.png", one)
                                .add("a\\2.png", two)
                                .add("b\\", new byte[0])
                                .add("b\\1.png", two),
                        Map.of("a", List.of(1, 2), "b", List.of(2))),
                zip(
                        "absolute names and those that lead out",
                        new Zips()
                                .add("1.png", one)
                                .add("/etc/2.png", two)
                                .add("../3.png", two)
                                .add("a/../../4.png", two)
                                .add("..\\5.png", two)
                                .add("C:\\6.png", two),
                        Map.of("frames", List.of(1)),
                        "2.png: leads out",
                        "3.png: leads out",
                        "4.png: leads out",
                        "5.png: leads out",
                        "6.png: leads out"),
                zip(
                        "one name twice",
                        new Zips().add("1.png", one).add("./1.png", two).add("1.png", two),
                        Map.of("frames", List.of(1)),
                        "1.png: is there twice"),
                zip(
                        "encrypted, of unknown methods, links, damage",
                        new Zips()
                                .add("1.png", one)
                                .add(
                                        "a/2.png".getBytes(StandardCharsets.US_ASCII),
                                        two,
                                        Zips.ENCRYPTED,
                                        0,
                                        two.length,
                                        0100644)
                                .add("b/2.png".getBytes(StandardCharsets.US_ASCII), two, 0, 97, two.length, 0100644)
                                .add(
                                        "c/2.png".getBytes(StandardCharsets.US_ASCII),
                                        "1.png".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                        0,
                                        0,
                                        5,
                                        0120777)
                                .add("d/2.png".getBytes(StandardCharsets.US_ASCII), two, 0, 8, two.length, 0100644)
                                .add("e/2.png".getBytes(StandardCharsets.US_ASCII), two, 0, 0, two.length + 7, 0100644),
                        Map.of("frames", List.of(1)),
                        "a/2.png: is encrypted",
                        "b/2.png: is packed by method 97",
                        "c/2.png: is a symbolic link",
                        "d/2.png: cannot be read",
                        "e/2.png: cannot be read (is damaged inside the ZIP"),
                zip(
                        "a bomb",
                        new Zips()
                                .add("1.png", one)
                                .add("2.png".getBytes(StandardCharsets.US_ASCII), two, 0, 8, 0xF0000000L, 0100644),
                        Map.of(),
                        "no pictures and no videos do"),
                zip(
                        "a ZIP in it, and what macOS adds",
                        new Zips()
                                .add("1.png", one)
                                .add("in.zip", new Zips().add("1.png", one).bytes())
                                .add("__MACOSX/._1.png", two)
                                .add(".DS_Store", two),
                        Map.of("frames", List.of(1)),
                        "in.zip: is a ZIP inside the data"));
    }

    private static Kind zip(String name, Zips zip, Map<String, List<Integer>> videos, String... words) {
        return new Kind(name, zip::write, videos, List.of(words), name.contains("macOS") ? 2 : 0);
    }

    @ParameterizedTest
    @MethodSource("zips")
    void everyFileOfAZipIsAccountedFor(Kind kind) throws IOException {
        Path from = dir.resolve("data.zip");
        kind.maker.make(from);
        if (kind.videos.isEmpty()) {
            assertRefused(from, kind.words.get(0));
        } else {
            check(from, kind);
        }
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void namesInAnyEncodingAreRead(String encoding, String name) throws IOException {
        Charset charset = Charset.forName(encoding);
        Path zip = dir.resolve("data.zip");
        new Zips()
                .add(name + "/2.png", charset, bytes(2))
                .add(name + "/10.png", charset, bytes(10))
                .write(zip);
        check(zip, new Kind(encoding, null, Map.of(name, List.of(2, 10)), List.of(), 0));
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> encodings() {
        return Stream.of(
                        "UTF-8 视频 clip é",
                        "GBK 视频",
                        "GBK 我的片段一",
                        "windows-31j 動画データ",
                        "windows-31j 表示ソ",
                        "windows-31j ひまわり",
                        "x-windows-949 동영상",
                        "Big5 影片片段",
                        "windows-1251 Видео клип",
                        "IBM866 Видео клип",
                        "IBM437 Übung für später",
                        "windows-1252 Übung für später")
                .map(line -> line.split(" ", 2))
                .map(words -> org.junit.jupiter.params.provider.Arguments.of(words[0], words[1]));
    }

    @Test
    void aZipOfTheLargeFormIsRead() throws IOException {
        Path zip = dir.resolve("data.zip");
        try (var out = new ZipArchiveOutputStream(zip.toFile())) {
            out.setUseZip64(Zip64Mode.Always);
            for (int i : new int[] {1, 2}) {
                out.putArchiveEntry(new ZipArchiveEntry("a/" + i + ".png"));
                out.write(bytes(i));
                out.closeArchiveEntry();
            }
        }
        check(zip, new Kind("ZIP64", null, Map.of("a", List.of(1, 2)), List.of(), 0));
    }

    @Test
    void aZipThatIsCutShortIsRefused() throws IOException {
        byte[] whole = new Zips().add("1.png", bytes(1)).add("2.png", bytes(2)).bytes();
        assertRefused(Files.write(dir.resolve("data.zip"), Arrays.copyOf(whole, whole.length / 2)), "is cut short");
    }

    /** Where results lie in the data, the next call must not take them for data. */
    @Test
    void resultsAreNoData() throws IOException {
        numbered(dir.resolve("a"), "%d.png", 1, 2);
        for (int call = 0; call < 2; call++) {
            ImportedVideos.Result result = ImportedVideos.run(dir, dir.resolve("out"), SETTINGS, Progress.NONE);
            assertEquals(1, result.videos());
            assertEquals(2, result.account().read());
        }
        assertEquals(Map.of("a", List.of(1, 2)), imported(dir.resolve("out")));
    }

    /** A neighbour that takes all memory costs nobody else anything. */
    @Test
    void whatStarvesRunsAgainAlone() throws IOException {
        List<Integer> starved = new ArrayList<>();
        List<Integer> done = new ArrayList<>();
        int[] tries = new int[4];
        Parallel.run(
                4,
                i -> {
                    synchronized (done) {
                        if (i == 2 || i == 1 && tries[i]++ == 0) {
                            throw new OutOfMemoryError("as if");
                        }
                        done.add(i);
                    }
                },
                starved::add,
                Progress.NONE);
        assertEquals(List.of(2), starved);
        assertEquals(List.of(0, 1, 3), done.stream().sorted().toList());
        assertEquals(1, done.get(2));
    }

    /** Imports {@code from} and checks it twice over: what comes out, and that nothing is lost between found and said. */
    private void check(Path from, Kind kind) throws IOException {
        Path to = dir.resolve("to");
        ImportedVideos.Result result = ImportedVideos.run(from, to, SETTINGS, Progress.NONE);
        assertEquals(new TreeMap<>(kind.videos), imported(to));
        assertEquals(kind.videos.size(), result.videos());
        assertEquals(kind.passedOver, result.account().passedOver());

        Survey survey = Survey.of(from, 8, 1, Progress.NONE);
        assertEquals(result.account().read(), survey.account().read());
        assertEquals(result.account().leftOut(), survey.account().leftOut());
        assertEquals(result.problems(), survey.problems());

        List<String> said = new ArrayList<>();
        Stream.concat(result.problems().stream(), result.account().notes().stream())
                .map(Problem::toString)
                .forEach(said::add);
        for (String word : kind.words) {
            assertTrue(
                    said.removeIf(line -> line.contains(word)), "\"" + word + "\" is not said: " + result.problems());
        }
        said.removeIf(line -> line.contains("does not say how its names are encoded"));
        assertEquals(List.of(), said);
        assertEquals(result.problems().isEmpty(), result.account().leftOut() == 0);
    }

    private void assertRefused(Path from, String words) {
        var refused = org.junit.jupiter.api.Assertions.assertThrows(
                org.styleinv.network.file.FileRefused.class,
                () -> ImportedVideos.run(from, dir.resolve("to"), SETTINGS, Progress.NONE));
        assertTrue(refused.getMessage().contains(words), refused.getMessage());
    }

    /** Names of videos, and which pictures their frames are; empty for drawn faces. */
    private static Map<String, List<Integer>> imported(Path to) throws IOException {
        Map<String, List<Integer>> videos = new TreeMap<>();
        try (Stream<Path> folders = Files.list(to)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                try (Stream<Path> frames = Files.list(folder)) {
                    List<Integer> numbers =
                            frames.sorted().map(WhoseDataTest::number).toList();
                    videos.put(folder.getFileName().toString(), numbers.contains(-1) ? List.of() : numbers);
                }
            }
        }
        return videos;
    }

    private static int number(Path file) {
        try {
            byte[] rgb = Picture.read(file).rgb();
            for (int i = 0; i < rgb.length; i++) {
                if (Math.abs((rgb[i] & 255) - (rgb[0] & 255)) > 3) {
                    return -1;
                }
            }
            return ((rgb[0] & 255) + 10) / 20;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void numbered(Path folder, String name, int... numbers) throws IOException {
        for (int number : numbers) {
            png(folder.resolve(String.format(java.util.Locale.ROOT, name, number)), number);
        }
    }

    private static void png(Path file, int number) throws IOException {
        picture(file, "png", number);
    }

    private static void picture(Path file, String format, int number) throws IOException {
        Files.createDirectories(file.getParent());
        assertTrue(ImageIO.write(grey(number, 8), format, file.toFile()), format);
    }

    private static byte[] bytes(int number) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(grey(number, 8), "png", out);
        return out.toByteArray();
    }

    private static BufferedImage grey(int number, int side) {
        var image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(i % side, i / side, 20 * number * 0x010101);
        }
        return image;
    }

    private static void shell(String command, Path in) throws IOException {
        try {
            assertEquals(
                    0,
                    new ProcessBuilder("sh", "-c", command)
                            .directory(in.toFile())
                            .start()
                            .waitFor(),
                    command);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
