package org.styleinv.trainer.data.imported;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.trainer.data.Clip;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.Survey;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.data.frame.Picture;

/** Videos of every kind come in: what is seen in frame {@code i} of these is the brightness {@code 20 i}, on a bright frame. */
class ImportedKindsTest {
    private static final int FRAMES = 10;

    @TempDir
    Path dir;

    /** Sizes are odd and not square on purpose; the bright sides are what a crop of the middle leaves out. */
    @ParameterizedTest
    @CsvSource({
        "mp4, libopenh264, 98, 64, 25, 25, 10",
        "mp4, libopenh264, 64, 98, 23.976, 23.976, 10",
        "webm, libvpx, 97, 63, 30, 30, 10",
        "webm, libvpx-vp9, 97, 63, 30, 15, 5",
        "gif, gif, 97, 63, 20, 10, 5",
        "gif, gif, 63, 97, 10, 20, 20",
        "mp4, libopenh264, 98, 64, 50, 30, 6"
    })
    void everyKindComesInAtItsRate(
            String kind, String codec, int width, int height, double from, double to, int expected) throws IOException {
        long[] times = new long[FRAMES];
        for (int i = 0; i < FRAMES; i++) {
            times[i] = Math.round(i * 1e6 / from);
        }
        record(dir.resolve("from/a." + kind), kind, codec, width, height, from, times);
        List<Integer> seen = imported(new ImportedVideos.Settings(32, to, 0));
        assertEquals(expected, seen.size(), seen.toString());
        for (int k = 0; k < expected; k++) {
            // what is on display at k / to; the formats count milliseconds, so a hair later
            int frame = (int) Math.min(FRAMES - 1, Math.floor(k / to * from + 0.01));
            assertEquals(frame, seen.get(k), "frame " + k + " of " + seen);
        }
    }

    /** A still of half a second, then ten frames a second: time counts, not the frames' numbers. */
    @Test
    void aFrameRateThatVariesIsMadeEven() throws IOException {
        long[] times = {0, 500_000, 600_000, 700_000};
        record(dir.resolve("from/a.gif"), "gif", "gif", 64, 64, 100, times);
        List<Integer> seen = imported(new ImportedVideos.Settings(32, 10, 0));
        assertEquals(List.of(0, 0, 0, 0, 0, 1, 2), seen.subList(0, 7));

        Survey survey = Survey.of(dir.resolve("from"), 32, 1, Progress.NONE);
        assertEquals(1, survey.remarks().size());
        String remark = survey.remarks().get(0).toString();
        assertTrue(remark.contains("a.gif") && remark.contains("100 to 500 ms"), remark);
    }

    @Test
    void withoutARateEveryFrameIsKept() throws IOException {
        record(dir.resolve("from/a.gif"), "gif", "gif", 64, 64, 100, 0, 500_000, 600_000, 700_000);
        assertEquals(List.of(0, 1, 2, 3), imported(new ImportedVideos.Settings(32, 0, 0)));
    }

    @Test
    void aClockThatIsDamagedDoesNotFillTheDisk() throws IOException {
        record(dir.resolve("from/a.mp4"), "mp4", "libopenh264", 64, 64, 25, 0, 40_000, 4_000_000_000L);
        ImportedVideos.Result result = ImportedVideos.run(
                dir.resolve("from"), dir.resolve("to"), new ImportedVideos.Settings(32, 25, 0), Progress.NONE);
        String problems = result.problems().toString();
        assertTrue(problems.contains("a.mp4: shows frame 1 for 4000 s"), problems);
    }

    @Test
    void aFolderOfPicturesHasTheRateItIsSaidToHave() throws IOException {
        for (int i = 0; i < 6; i++) {
            picture(dir.resolve("from/a/" + i + ".png"), 20 * i);
        }
        assertEquals(List.of(0, 2, 4), imported(new ImportedVideos.Settings(32, 15, 30)));
    }

    /** StyleGAN2-ADA nests as it likes; folders within folders must not hide each other, from a ZIP or not. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void foldersWithinFoldersAllComeIn(boolean zip) throws IOException {
        Path from = dir.resolve("from");
        picture(from.resolve("top.png"), 20);
        picture(from.resolve("a/0.png"), 40);
        picture(from.resolve("a/frames/0.png"), 60);
        Files.writeString(from.resolve("dataset.json"), "{\"labels\": [[\"top.png\", 1], [\"a/0.png\", 0]]}");
        Path source = zip ? zipped(from) : from;
        Path to = dir.resolve("to");
        var settings = new ImportedVideos.Settings(32, 0, 0);
        assertEquals(
                List.of(),
                ImportedVideos.run(source, to, settings, Progress.NONE).problems());
        assertEquals(List.of(1), numbers(to.resolve("frames")));
        assertEquals(List.of(2), numbers(to.resolve("a/frames-")));
        assertEquals(List.of(3), numbers(to.resolve("a/frames")));
        try (VideoDataset data = VideoDataset.open(source, 32, 1, Progress.NONE)) {
            assertEquals(3, data.clips());
        }
    }

    @Test
    void aVideoInAZipIsAVideo() throws IOException {
        picture(dir.resolve("from/a/0.png"), 0);
        record(dir.resolve("from/b.mp4"), "mp4", "libopenh264", 64, 64, 25, 0, 40_000);
        Survey survey = Survey.of(zipped(dir.resolve("from")), 32, 1, Progress.NONE);
        assertEquals(List.of(), survey.problems());
        assertEquals(List.of(1, 2), survey.clips().stream().map(Clip::frames).toList());
    }

    private List<Integer> imported(ImportedVideos.Settings settings) throws IOException {
        Path to = dir.resolve("to");
        assertEquals(
                List.of(),
                ImportedVideos.run(dir.resolve("from"), to, settings, Progress.NONE)
                        .problems());
        try (Stream<Path> videos = Files.list(to)) {
            return numbers(videos.filter(Files::isDirectory).findFirst().orElseThrow());
        }
    }

    private static List<Integer> numbers(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().map(ImportedKindsTest::number).toList();
        }
    }

    /** Which frame it is: a GIF of 8 shades and lossy codecs change the brightness by less than half a step. */
    private static int number(Path file) {
        try {
            Picture picture = Picture.read(file);
            int middle = picture.rgb()[3 * (picture.height() / 2 * picture.width() + picture.width() / 2)] & 255;
            return (middle + 10) / 20;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void picture(Path file, int brightness) throws IOException {
        var image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 32 * 32; i++) {
            image.setRGB(i % 32, i / 32, new Color(brightness, brightness, brightness).getRGB());
        }
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private Path zipped(Path folder) throws IOException {
        Path zip = dir.resolve("data.zip");
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"));
                Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                Path inside = files.getPath("/").resolve(folder.relativize(file).toString());
                Files.createDirectories(inside.getParent());
                Files.copy(file, inside);
            }
        }
        return zip;
    }

    private static void record(
            Path file, String format, String codec, int width, int height, double fps, long... micros)
            throws IOException {
        Files.createDirectories(file.getParent());
        var recorder = new FFmpegFrameRecorder(file.toFile(), width, height);
        recorder.setFormat(format);
        recorder.setVideoCodecName(codec);
        if (codec.equals("libopenh264")) {
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
        }
        recorder.setPixelFormat(codec.equals("gif") ? avutil.AV_PIX_FMT_RGB8 : avutil.AV_PIX_FMT_YUV420P);
        recorder.setFrameRate(fps);
        recorder.setVideoBitrate(2_000_000);
        try (recorder;
                var frame = new Frame(width, height, Frame.DEPTH_UBYTE, 3, width * 3)) {
            recorder.start();
            var pixels = (ByteBuffer) frame.image[0];
            int side = Math.min(width, height);
            for (int i = 0; i < micros.length; i++) {
                for (int k = 0; k < width * height * 3; k++) {
                    int x = k / 3 % width - (width - side) / 2;
                    int y = k / 3 / width - (height - side) / 2;
                    boolean inside = x >= 0 && y >= 0 && x < side && y < side;
                    pixels.put(k, (byte) (inside ? 20 * i : 250));
                }
                recorder.setTimestamp(micros[i]);
                recorder.record(frame, avutil.AV_PIX_FMT_RGB24);
            }
        }
    }
}
