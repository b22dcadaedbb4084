package org.styleinv.video.provenance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.video.GifWriter;
import org.styleinv.video.PngFile;
import org.styleinv.video.Segment;
import org.styleinv.video.VideoForm;
import org.styleinv.video.VideoWriter;
import org.styleinv.video.WebP;
import org.w3c.dom.Element;

/** Every format that leaves says how it came to be, and shows what it showed before. */
class TestimonyTest {
    private static final Origin ORIGIN =
            Origin.generated("5eed sketch=fade", "seed=7&motion_seed=3&variant=base%2Csketch%40150&note=\"<&>\"");
    private static final int SIDE = 64;
    private static final int FRAMES = 4;

    @TempDir
    private Path folder;

    private static byte[] rgb(int frame) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % SIDE * 2 + frame * 20);
        }
        return rgb;
    }

    private static BufferedImage picture() {
        var picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        byte[] rgb = rgb(1);
        for (int i = 0; i < SIDE * SIDE; i++) {
            picture.setRGB(
                    i % SIDE, i / SIDE, (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255);
        }
        return picture;
    }

    private static byte[] encoded(String format) throws IOException {
        var out = new ByteArrayOutputStream();
        ImageIO.write(picture(), format, out);
        return out.toByteArray();
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static void assertSays(String format, Testimony said) {
        assertEquals(
                new Testimony(
                        format, Origin.Kind.GENERATED.term(), "StyleInV", ORIGIN.model(), ORIGIN.request(), false),
                said);
        assertTrue(said.generated());
    }

    private static int[] pixels(byte[] encoded) throws IOException {
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(encoded));
        return read.getRGB(0, 0, read.getWidth(), read.getHeight(), null, 0, read.getWidth());
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg"})
    void aPictureSaysItAndKeepsItsPixels(String format) throws IOException {
        byte[] plain = encoded(format);
        byte[] marked = format.equals("png") ? PictureMark.png(plain, ORIGIN) : PictureMark.jpeg(plain, ORIGIN);
        assertSays(format.toUpperCase(Locale.ROOT), Testimony.of(file("a", marked)));
        assertArrayEquals(pixels(plain), pixels(marked));
        assertArrayEquals(
                marked, format.equals("png") ? PictureMark.png(plain, ORIGIN) : PictureMark.jpeg(plain, ORIGIN));
        assertTrue(Testimony.of(file("b", plain)).silent());
    }

    @Test
    void aPngFileSaysIt() throws IOException {
        PngFile.write(picture(), folder.resolve("a.png"), new Origin(Origin.Kind.COMPOSITE, "5eed", ""));
        Testimony said = Testimony.of(folder.resolve("a.png"));
        assertTrue(said.generated());
        assertEquals(Origin.Kind.COMPOSITE.term(), said.source());
        assertEquals("", said.request());
    }

    @Test
    void aWebPSaysItAndKeepsItsPixels() throws IOException {
        byte[] plain = WebP.of(SIDE, SIDE, rgb(1));
        byte[] marked = PictureMark.webp(plain, ORIGIN);
        assertSays("WebP", Testimony.of(file("a.webp", marked)));
        assertArrayEquals(shown(plain), shown(marked));
        assertTrue(Testimony.of(file("b.webp", plain)).silent());
    }

    private static byte[] shown(byte[] encoded) throws IOException {
        try (var grabber = new FFmpegFrameGrabber(new ByteArrayInputStream(encoded))) {
            grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
            grabber.start();
            var image = (ByteBuffer) grabber.grabImage().image[0];
            byte[] pixels = new byte[image.limit()];
            image.get(0, pixels);
            return pixels;
        }
    }

    private static byte[] gif(int frames) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gif = new GifWriter(out, SIDE, SIDE, 25, ORIGIN)) {
            for (int i = 0; i < frames; i++) {
                gif.write(rgb(i));
            }
        }
        return out.toByteArray();
    }

    @Test
    void aGifSaysItAndPlays() throws IOException {
        Path gif = file("a.gif", gif(FRAMES));
        assertSays("GIF", Testimony.of(gif));
        assertEquals(FRAMES, frames(gif));
        var reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (var in = ImageIO.createImageInputStream(gif.toFile())) {
            reader.setInput(in);
            assertEquals(FRAMES, reader.getNumImages(true));
        }
    }

    private static int frames(Path video) throws IOException {
        try (var grabber = new FFmpegFrameGrabber(video.toFile())) {
            grabber.start();
            int frames = 0;
            while (grabber.grabImage() != null) {
                frames++;
            }
            return frames;
        }
    }

    @ParameterizedTest
    @EnumSource(value = VideoForm.class, names = "SEGMENT", mode = EnumSource.Mode.EXCLUDE)
    void aVideoSaysItAndPlays(VideoForm form) throws IOException {
        Path file = folder.resolve("a.video");
        boolean piped = form == VideoForm.STREAM || form == VideoForm.WEBM_STREAM;
        var out = new ByteArrayOutputStream();
        try (var writer = piped
                ? new VideoWriter(out, form, SIDE, SIDE, 25, 1, ORIGIN)
                : new VideoWriter(file, form, SIDE, SIDE, 25, ORIGIN)) {
            for (int i = 0; i < FRAMES; i++) {
                writer.write(rgb(i));
            }
        }
        if (piped) {
            Files.write(file, out.toByteArray());
        }
        String format = form.name().startsWith("WEBM") ? "Matroska" : form == VideoForm.WEBP ? "WebP" : "MP4";
        assertSays(format, Testimony.of(file));
        if (form != VideoForm.WEBP) { // ffmpeg reads only those that do not move
            assertEquals(FRAMES, frames(file));
        }
        if (piped) {
            byte[] all = Files.readAllBytes(file);
            Testimony early = Testimony.of(file("part", Arrays.copyOf(all, all.length * 4 / 5)));
            assertTrue(early.generated() && early.cut(), early.toString());
        }
    }

    /** Other programs find it where they look for it: ImageIO in a PNG, ffmpeg in videos. */
    @ParameterizedTest
    @EnumSource(
            value = VideoForm.class,
            names = {"MP4", "STREAM", "WEBM", "WEBM_STREAM"})
    void otherProgramsFindIt(VideoForm form) throws IOException {
        var out = new ByteArrayOutputStream();
        Path file = folder.resolve("a.video");
        boolean piped = form == VideoForm.STREAM || form == VideoForm.WEBM_STREAM;
        try (var writer = piped
                ? new VideoWriter(out, form, SIDE, SIDE, 25, 1, ORIGIN)
                : new VideoWriter(file, form, SIDE, SIDE, 25, ORIGIN)) {
            writer.write(rgb(0));
        }
        if (piped) {
            Files.write(file, out.toByteArray());
        }
        try (var grabber = new FFmpegFrameGrabber(file.toFile())) {
            grabber.setOption("export_xmp", "1");
            grabber.start();
            String packet = grabber.getMetadata(form.name().startsWith("WEBM") ? "XMP" : "xmp");
            assertEquals(new String(Xmp.packet(ORIGIN), StandardCharsets.UTF_8), packet);
        }
    }

    @Test
    void imageIoFindsItInAPng() throws IOException {
        var reader = ImageIO.getImageReadersByFormatName("png").next();
        byte[] png = PictureMark.png(encoded("png"), ORIGIN);
        reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(png)));
        var entry = (Element) ((Element) reader.getImageMetadata(0).getAsTree("javax_imageio_png_1.0"))
                .getElementsByTagName("iTXtEntry")
                .item(0);
        assertEquals(PictureMark.PNG_KEYWORD, entry.getAttribute("keyword"));
        assertEquals(new String(Xmp.packet(ORIGIN), StandardCharsets.UTF_8), entry.getAttribute("text"));
    }

    @Test
    void aWebPOfOneFrameSaysIt() throws IOException {
        Path file = folder.resolve("one.webp");
        try (var writer = new VideoWriter(file, VideoForm.WEBP, SIDE, SIDE, 25, ORIGIN)) {
            writer.write(rgb(0));
        }
        assertSays("WebP", Testimony.of(file));
    }

    @Test
    void theHeaderOfSegmentsSaysItForThemAll() throws IOException {
        var all = new ByteArrayOutputStream();
        all.writeBytes(Segment.header(SIDE, SIDE, 25, 1, ORIGIN));
        assertSays("MP4", Testimony.of(file("init.mp4", all.toByteArray())));
        try (var segment = new Segment(SIDE, SIDE, 25, 1)) {
            for (int i = 0; i < FRAMES; i++) {
                segment.write(rgb(i));
            }
            byte[] part = segment.finish(3, 12);
            Path alone = file("3.m4s", part);
            String told = assertThrows(UnreadableMediaException.class, () -> Testimony.of(alone))
                    .getMessage();
            assertTrue(told.endsWith("name its init.mp4"), told);
            all.writeBytes(part);
        }
        Path whole = file("whole.mp4", all.toByteArray());
        assertSays("MP4", Testimony.of(whole));
        assertEquals(FRAMES, frames(whole));
    }

    /** ffmpeg hands a pipe on in pieces of its own choice. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 1000})
    void theBoxStandsBehindTheHeaderInWhateverPiecesThatComes(int piece) throws IOException {
        byte[] ftyp = {0, 0, 0, 12, 'f', 't', 'y', 'p', 1, 2, 3, 4};
        byte[] moov = {0, 0, 0, 9, 'm', 'o', 'o', 'v', 5};
        byte[] rest = {0, 0, 0, 8, 'm', 'o', 'o', 'v', 9, 9};
        var all = new ByteArrayOutputStream();
        all.writeBytes(ftyp);
        all.writeBytes(moov);
        all.writeBytes(rest);
        byte[] plain = all.toByteArray();
        var out = new ByteArrayOutputStream();
        try (var marking = MovieMark.behindHeader(out, ORIGIN)) {
            for (int at = 0; at < plain.length; at += piece) {
                marking.write(plain, at, Math.min(piece, plain.length - at));
            }
        }
        var wanted = new ByteArrayOutputStream();
        wanted.writeBytes(ftyp);
        wanted.writeBytes(moov);
        wanted.writeBytes(MovieMark.box(ORIGIN));
        wanted.writeBytes(rest);
        assertArrayEquals(wanted.toByteArray(), out.toByteArray());
    }
}
