package org.styleinv.trainer.data.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.trainer.data.frame.SquareScaler;
import org.styleinv.trainer.data.rendered.Videos;
import org.styleinv.video.VideoWriter;

class VideoRoundTripTest {
    private static final int FRAMES = 30;

    @TempDir
    Path dir;

    /** What is read is what the program ffmpeg shows; what was written loses no more than a file of the program's own does. */
    @ParameterizedTest
    @CsvSource({"64, 1", "64, 2", "128, 1", "32, 4"})
    void pixelsSurvive(int size, int enlarge) throws IOException {
        int side = size * enlarge;
        Path path = dir.resolve("faces.mp4");
        Path drawn = dir.resolve("drawn.rgb");
        try (var writer = new VideoWriter(path, size, size, 25, enlarge);
                var raw = Files.newOutputStream(drawn)) {
            for (int i = 0; i < FRAMES; i++) {
                byte[] frame = Videos.frame(1000, i, size);
                writer.write(frame);
                raw.write(frame);
            }
        }
        var read = new ByteArrayOutputStream();
        try (var reader = new VideoReader(path)) {
            assertEquals(side, reader.width());
            assertEquals(side, reader.height());
            assertEquals(25, reader.fps(), 1e-6);
            assertEquals(FRAMES, reader.claimedFrames());
            for (Optional<byte[]> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                read.write(frame.get());
            }
        }
        byte[] shown = shownByFfmpeg(path);
        assertEquals(FRAMES * 3 * side * side, shown.length);
        byte[] seen = read.toByteArray();
        assertEquals(shown.length, seen.length);
        int worst = 0;
        for (int i = 0; i < shown.length; i++) {
            worst = Math.max(worst, Math.abs((shown[i] & 255) - (seen[i] & 255)));
        }
        assertTrue(worst <= 2, "differs from what ffmpeg shows by " + worst);

        Path other = dir.resolve("other.mp4");
        ffmpeg(
                "-f rawvideo -pix_fmt rgb24 -r 25 -video_size " + size + "x" + size + " -i",
                drawn,
                "-vf scale=" + side + ":" + side + ":flags=neighbor,scale,format=yuv420p -c:v libopenh264 -g 25 -b:v "
                        + 8 * Files.size(path) * 25 / FRAMES,
                other);
        double ours = psnr(seen, size, enlarge);
        double others = psnr(shownByFfmpeg(other), size, enlarge);
        assertTrue(ours >= others, "PSNR is " + ours + ", but " + others + " of ffmpeg's own file");
    }

    private static double psnr(byte[] rgb, int size, int enlarge) {
        int bytes = 3 * size * size * enlarge * enlarge;
        double error = 0;
        for (int i = 0; i < FRAMES; i++) {
            byte[] frame = Arrays.copyOfRange(rgb, i * bytes, (i + 1) * bytes);
            error += Videos.squaredError(shrunk(frame, size, enlarge), Videos.frame(1000, i, size));
        }
        return Videos.psnr(error, (long) FRAMES * size * size * 3);
    }

    private byte[] shownByFfmpeg(Path video) throws IOException {
        Path rgb = dir.resolve("shown.rgb");
        ffmpeg("-i", video, "-f rawvideo -pix_fmt rgb24", rgb);
        return Files.readAllBytes(rgb);
    }

    /** Runs the program that comes along with the library. */
    private void ffmpeg(String before, Path from, String after, Path to) throws IOException {
        String program = Loader.load(ffmpeg.class);
        List<String> line = new ArrayList<>(List.of(program, "-y", "-nostdin", "-loglevel", "error"));
        line.addAll(List.of(before.split(" ")));
        line.add(from.toString());
        line.addAll(List.of(after.split(" ")));
        line.add(to.toString());
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("said").toFile());
        // libva lies beside it, where one of its libraries does not look
        builder.environment()
                .put("LD_LIBRARY_PATH", String.valueOf(Path.of(program).getParent()));
        Process process = builder.start();
        try {
            assertEquals(0, process.waitFor(), () -> line + " " + said());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private String said() {
        try {
            return Files.readString(dir.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aBrowserCanStartBeforeTheEndArrives() throws IOException {
        Path path = dir.resolve("fast.mp4");
        Videos.write(path, 10, 64);
        String bytes = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        assertTrue(bytes.indexOf("moov") > 0 && bytes.indexOf("moov") < bytes.indexOf("mdat"));
    }

    @Test
    void theVideoAppearsOnlyWhenItIsFinished() throws IOException {
        Path path = dir.resolve("late.mp4");
        try (var writer = new VideoWriter(path, 64, 64, 30)) {
            writer.write(Videos.frame(1, 0, 64));
            assertFalse(Files.exists(path));
        }
        assertEquals(List.of("late.mp4"), names());
    }

    @Test
    void anAbandonedVideoLeavesNothing() throws IOException {
        try (var writer = new VideoWriter(dir.resolve("given-up.mp4"), 64, 64, 30)) {
            writer.write(Videos.frame(1, 0, 64));
            writer.abandon();
        }
        assertEquals(List.of(), names());
    }

    @Test
    void aVideoWithoutFramesIsAnError() throws IOException {
        var writer = new VideoWriter(dir.resolve("none.mp4"), 64, 64, 30);
        assertThrows(IOException.class, writer::close);
        assertEquals(List.of(), names());
    }

    @Test
    void aFolderThatIsAFileIsAnErrorThatNamesIt() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "not a folder");
        assertThrows(IOException.class, () -> new VideoWriter(file.resolve("a.mp4"), 64, 64, 30));
    }

    @ParameterizedTest
    @CsvSource({"63, 64", "64, 63", "8, 8", "0, 0"})
    void sizesThatH264CannotHoldAreRefused(int width, int height) {
        var error = assertThrows(
                IllegalArgumentException.class, () -> new VideoWriter(dir.resolve("odd.mp4"), width, height, 30));
        assertTrue(error.getMessage().contains(width + " x " + height), error.getMessage());
    }

    @Test
    void aFrameOfTheWrongSizeIsRefused() throws IOException {
        try (var writer = new VideoWriter(dir.resolve("a.mp4"), 64, 64, 30)) {
            var error = assertThrows(IllegalArgumentException.class, () -> writer.write(new byte[5]));
            assertTrue(
                    error.getMessage().contains("12288") && error.getMessage().contains("got 5"), error.getMessage());
            writer.abandon();
        }
    }

    /** Telephones store a portrait lying, with a note to turn it: left becomes top. */
    @Test
    void aVideoThatWasFilmedUprightIsReadUpright() throws IOException {
        Path path = dir.resolve("phone.mp4");
        var recorder = new FFmpegFrameRecorder(path.toFile(), 64, 32);
        recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
        recorder.setVideoCodecName("libopenh264");
        recorder.setVideoBitrate(1_000_000);
        recorder.setDisplayRotation(-90);
        try (recorder;
                var frame = new Frame(64, 32, Frame.DEPTH_UBYTE, 3, 64 * 3)) {
            recorder.start();
            var pixels = (ByteBuffer) frame.image[0];
            for (int i = 0; i < pixels.capacity(); i++) {
                pixels.put(i, (byte) (i / 3 % 64 < 32 ? 230 : 20)); // the left half is bright
            }
            recorder.record(frame, avutil.AV_PIX_FMT_RGB24);
        }
        try (var reader = new VideoReader(path)) {
            byte[] rgb = reader.next().orElseThrow();
            assertEquals("32 x 64", reader.width() + " x " + reader.height());
            int top = rgb[(8 * 32 + 16) * 3] & 255;
            int bottom = rgb[(56 * 32 + 16) * 3] & 255;
            assertTrue(top > 200 && bottom < 50, "top is " + top + ", bottom is " + bottom);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static byte[] shrunk(byte[] rgb, int size, int enlarge) {
        var planar = new byte[rgb.length / enlarge / enlarge];
        new SquareScaler(size * enlarge, size * enlarge, size).scale(rgb, planar);
        var interleaved = new byte[planar.length];
        for (int i = 0; i < planar.length; i++) {
            interleaved[i] = planar[i % 3 * size * size + i / 3];
        }
        return interleaved;
    }
}
