package org.styleinv.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;

class PhotoTest {
    private static final long MAX = 64_000_000;

    private static Photo of(byte[] data) {
        return Photo.of(Image.newBuilder().setData(ByteString.copyFrom(data)).build(), MAX);
    }

    private static byte[] stored(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out));
        return out.toByteArray();
    }

    private static BufferedImage filled(int width, int height, int type, Color colour) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour.getRGB());
            }
        }
        return image;
    }

    /** A PNG whose header lies about its size. */
    private static byte[] pngHeader(int width, int height) {
        ByteBuffer out = ByteBuffer.allocate(33);
        out.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}).putInt(13);
        int start = out.position();
        out.put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0});
        CRC32 crc = new CRC32();
        crc.update(out.array(), start, 17);
        return out.putInt((int) crc.getValue()).array();
    }

    private static byte[] jpegOfSize(int width, int height) throws IOException {
        byte[] jpeg = stored(filled(8, 8, BufferedImage.TYPE_INT_RGB, Color.RED), "jpeg");
        for (int i = 0; i < jpeg.length - 9; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
                ByteBuffer.wrap(jpeg).putShort(i + 5, (short) height).putShort(i + 7, (short) width);
            }
        }
        return jpeg;
    }

    private static byte[] cmyk() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(new IIOImage(Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 8, 8, 4, null), null, null));
        }
        return out.toByteArray();
    }

    private static byte[] halfAJpeg() throws IOException {
        byte[] jpeg = stored(filled(640, 480, BufferedImage.TYPE_INT_RGB, Color.RED), "jpeg");
        return Arrays.copyOf(jpeg, jpeg.length / 2);
    }

    private static byte[] animatedGif() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (Color colour : List.of(Color.RED, Color.BLUE)) {
                writer.writeToSequence(
                        new IIOImage(filled(8, 8, BufferedImage.TYPE_INT_RGB, colour), null, null), null);
            }
            writer.endWriteSequence();
        }
        return out.toByteArray();
    }

    private static byte[] after(String head, byte[] tail) {
        byte[] first = head.getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(first, first.length + tail.length);
        System.arraycopy(tail, 0, all, first.length, tail.length);
        return all;
    }

    private static byte[] chunk(String type, byte... content) {
        ByteBuffer out = ByteBuffer.allocate(12 + content.length).putInt(content.length);
        out.put(type.getBytes(StandardCharsets.US_ASCII)).put(content);
        CRC32 crc = new CRC32();
        crc.update(out.array(), 4, 4 + content.length);
        return out.putInt((int) crc.getValue()).array();
    }

    /** A PNG with something else in it. */
    private static byte[] with(byte[] png, int at, byte[] more) {
        byte[] all = Arrays.copyOf(png, png.length + more.length);
        System.arraycopy(more, 0, all, at, more.length);
        System.arraycopy(png, at, all, at + more.length, png.length - at);
        return all;
    }

    @Test
    void ofWhatIsMoreThanAPictureOnlyThePictureIsSeen() throws IOException {
        byte[] png = stored(filled(6, 6, BufferedImage.TYPE_INT_RGB, Color.BLUE), "png");
        byte[] pixels = of(png).rgb();
        byte[] zip = after("PK\003\004", new byte[500]);
        assertArrayEquals(pixels, of(with(png, png.length, zip)).rgb(), "a ZIP behind it");
        byte[] animation = chunk("acTL", new byte[] {0, 0, 0, 9, 0, 0, 0, 0});
        assertArrayEquals(pixels, of(with(png, 33, animation)).rgb(), "nine frames promised: the first is the picture");
        byte[] script = chunk("tEXt", after("Comment\0", "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8)));
        assertArrayEquals(pixels, of(with(png, 33, script)).rgb(), "a page inside");
    }

    @Test
    void flatPicturesAreNoBombs() throws IOException {
        for (int type :
                new int[] {BufferedImage.TYPE_BYTE_BINARY, BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_ARGB}) {
            assertEquals(
                    2000, of(stored(new BufferedImage(2000, 1500, type), "png")).width());
        }
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_INT_RGB}) {
            assertEquals(
                    2000,
                    of(stored(new BufferedImage(2000, 1500, type), "jpeg")).width());
        }
    }

    static Stream<Arguments> refused() throws IOException {
        byte[] png = stored(filled(64, 64, BufferedImage.TYPE_INT_RGB, Color.BLUE), "png");
        byte[] broken = png.clone();
        broken[60] ^= 0x55;
        byte[] zeros = new byte[1000];
        return Stream.of(
                Arguments.of("nothing", new byte[0], "image.data has no bytes"),
                Arguments.of(
                        "text",
                        "I am a face".getBytes(StandardCharsets.UTF_8),
                        "no picture of a kind that can be read"),
                Arguments.of("zeros", zeros, "no picture of a kind that can be read"),
                Arguments.of(
                        "svg",
                        "<svg xmlns=\"x\"/>".getBytes(StandardCharsets.UTF_8),
                        "no picture of a kind that can be read"),
                Arguments.of("half a gif", "GIF89a......".getBytes(StandardCharsets.UTF_8), "cannot be decoded"),
                Arguments.of("signature alone", Arrays.copyOf(png, 8), "cannot be decoded"),
                Arguments.of("cut off", Arrays.copyOf(png, png.length / 2), "cannot be decoded"),
                Arguments.of("damaged", broken, "cannot be decoded"),
                Arguments.of("gigapixel png", pngHeader(32_000, 32_000), "the image is 32000x32000 pixels"),
                Arguments.of("wide png", pngHeader(50_000, 1), "the image is 50000x1 pixels"),
                Arguments.of("many pixels", pngHeader(16_000, 16_000), "at most 64 million pixels"),
                Arguments.of("lying png", pngHeader(4000, 4000), "cannot be decoded"),
                Arguments.of("empty png", pngHeader(0, 5), "PNG"),
                Arguments.of("lying jpeg", jpegOfSize(8000, 8000), "bytes cannot hold 8000x8000 pixels"),
                Arguments.of("half a jpeg", halfAJpeg(), "it ends before its last pixel"),
                Arguments.of("lying png of 64 million", pngHeader(8000, 8000), "bytes cannot hold 8000x8000 pixels"),
                Arguments.of("100 MB of nothing", new byte[100_000_000], "no picture of a kind that can be read"),
                Arguments.of(
                        "a page around a picture", after("%PDF-1.4\n", png), "no picture of a kind that can be read"),
                Arguments.of("large jpeg", jpegOfSize(65_000, 65_000), "the image is 65000x65000 pixels"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void whatIsNoPictureIsRefusedInASentenceAndAtOnce(String name, byte[] data, String sentence) {
        IllegalArgumentException e = assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> assertThrows(IllegalArgumentException.class, () -> of(data)));
        assertTrue(e.getMessage().contains(sentence), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_BYTE_INDEXED
            })
    void everyKindOfPngKeepsItsColours(int type) throws IOException {
        Color colour = new Color(204, 102, 51); // also in the default palette
        Photo photo = of(stored(filled(5, 3, type, colour), "png"));
        assertEquals(5, photo.width());
        assertEquals(3, photo.height());
        assertEquals(204, photo.rgb()[0] & 0xff);
        assertEquals(102, photo.rgb()[1] & 0xff);
        assertEquals(51, photo.rgb()[44] & 0xff);
    }

    @Test
    void greyStaysAsBrightAsItIsStored() throws IOException {
        for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
            BufferedImage image = new BufferedImage(4, 4, type);
            int value = type == BufferedImage.TYPE_BYTE_GRAY ? 100 : 100 << 8;
            image.getRaster().setSample(2, 1, 0, value);
            Photo photo = of(stored(image, "png"));
            assertEquals(100, photo.rgb()[3 * (4 + 2)]);
            assertEquals(0, photo.rgb()[0]);
        }
    }

    @Test
    void whatIsTransparentBecomesWhite() throws IOException {
        Photo photo = of(stored(filled(2, 2, BufferedImage.TYPE_INT_ARGB, new Color(0, 0, 0, 0)), "png"));
        assertEquals(255, photo.rgb()[0] & 0xff);
    }

    @Test
    void coloursOfPrintAndTheFirstFrameOfAGifAreRead() throws IOException {
        assertEquals(8, of(cmyk()).width());
        assertArrayEquals(
                new byte[] {(byte) 255, 0, 0}, Arrays.copyOf(of(animatedGif()).rgb(), 3));
    }

    @Test
    void aJpegIsTurnedAsTheCameraWasHeld() throws IOException {
        BufferedImage image = filled(32, 16, BufferedImage.TYPE_INT_RGB, Color.BLACK);
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                image.setRGB(x, y, Color.WHITE.getRGB()); // the left half
            }
        }
        byte[] jpeg = stored(image, "jpeg");
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.write(exif);
        out.write(jpeg, 2, jpeg.length - 2);
        Photo photo = of(out.toByteArray());
        assertEquals(16, photo.width());
        assertEquals(32, photo.height());
        assertTrue((photo.rgb()[3 * (4 * 16 + 8)] & 0xff) > 200, "what was left is on top");
        assertTrue((photo.rgb()[3 * (28 * 16 + 8)] & 0xff) < 50);
        assertEquals(32, of(jpeg).width());
    }

    @Test
    void rawPixelsMustBeAsManyAsTheirSizeSays() {
        Image.Builder raw =
                Image.newBuilder().setEncoding(Encoding.RAW).setWidth(2).setHeight(1);
        Photo photo = Photo.of(
                raw.setData(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6})).build(), MAX);
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6}, photo.rgb());
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> Photo.of(raw.setData(ByteString.copyFrom(new byte[5])).build(), MAX));
        assertEquals("a raw image of 2x1 has 3 bytes a pixel, that is 6, got 5", e.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> Photo.of(raw.setWidth(-1).build(), MAX));
        assertThrows(
                IllegalArgumentException.class, () -> Photo.of(raw.setWidth(0).build(), MAX));
    }

    @Test
    void theMiddleIsCutOut() {
        byte[] rgb = new byte[3 * 6 * 2];
        rgb[3 * 2] = 9; // the third pixel of the first row
        Photo square = new Photo(6, 2, rgb).square();
        assertEquals(2, square.width());
        assertEquals(2, square.height());
        assertEquals(9, square.rgb()[0]);
    }

    @Test
    void shrinkingAveragesAndKeepsFlatColours() {
        byte[] stripes = new byte[3 * 64 * 64];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = (byte) (i / 3 % 2 == 0 ? 0 : 200);
        }
        byte[] small = new Photo(64, 64, stripes).resized(8).rgb();
        for (byte value : small) {
            assertEquals(100, value & 0xff, 8, "no aliasing");
        }
        byte[] flat = new byte[3 * 5 * 5];
        Arrays.fill(flat, (byte) 77);
        for (int side : new int[] {2, 5, 13}) {
            for (byte value : new Photo(5, 5, flat).resized(side).rgb()) {
                assertEquals(77, value);
            }
        }
    }

    @Test
    void psnrIsTenTimesTheLogarithm() {
        byte[] one = new byte[300];
        byte[] other = new byte[300];
        Arrays.fill(other, (byte) 10);
        assertEquals(10 * Math.log10(255 * 255 / 100.0), new Photo(10, 10, one).psnr(other), 1e-9);
        assertEquals(100, new Photo(10, 10, one).psnr(one));
    }

    @Test
    void planesAreFromMinusOneToOne() {
        float[] planes = new Photo(1, 1, new byte[] {0, (byte) 255, (byte) 128}).planes();
        assertArrayEquals(new float[] {-1, 1, 128 / 127.5f - 1}, planes);
    }

    @Test
    void noDamageEscapesAsAnythingButASentence() throws IOException {
        Random random = new Random(11);
        byte[][] good = {
            stored(filled(40, 30, BufferedImage.TYPE_INT_RGB, Color.ORANGE), "png"),
            stored(filled(40, 30, BufferedImage.TYPE_INT_RGB, Color.ORANGE), "jpeg")
        };
        for (int i = 0; i < 600; i++) {
            byte[] bytes = good[i % 2].clone();
            for (int k = 0; k < 1 + random.nextInt(6); k++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                assertTrue(of(bytes).width() > 0);
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().length() > 20);
            }
        }
    }
}
