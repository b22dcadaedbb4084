package org.styleinv.trainer.data.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever picture a data set holds, its colours are those that were stored. */
class PictureTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY, BufferedImage.TYPE_BYTE_BINARY})
    void greyStaysAsBrightAsItIsStored(int type) throws IOException {
        var image = new BufferedImage(3, 1, type);
        int top = type == BufferedImage.TYPE_BYTE_BINARY ? 1 : type == BufferedImage.TYPE_BYTE_GRAY ? 255 : 65535;
        int middle = top == 1 ? 1 : top / 2;
        image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, middle, top});
        int expected = top == 1 ? 255 : 127;
        assertArrayEquals(bytes(0, 0, 0, expected, expected, expected, 255, 255, 255), read(image));
    }

    @Test
    void sixteenBitsOfAChannelBecomeTheEightThatAreNearest() throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, 2, 1, 3, null);
        raster.setPixels(0, 0, 2, 1, new int[] {0, 257 * 100, 65535, 257 * 7, 257 * 200, 257 * 31});
        var model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, 1, DataBuffer.TYPE_USHORT);
        assertArrayEquals(bytes(0, 100, 255, 7, 200, 31), read(new BufferedImage(model, raster, false, null)));
    }

    @Test
    void whatIsTransparentBecomesWhite() throws IOException {
        var image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00ff0000); // a colour that nobody sees
        image.setRGB(1, 0, 0x80000000);
        image.setRGB(2, 0, 0xff010203);
        assertArrayEquals(bytes(255, 255, 255, 127, 127, 127, 1, 2, 3), read(image));
    }

    /** By their first bytes, whatever the ending; a name with a pattern in it is a name. */
    @ParameterizedTest
    @CsvSource({
        "a.ppm, P6 # by hand\\n2 1\\n255\\n",
        "a.pnm, P6 2 1 255 ",
        "a%03d.ppm, P6\\n2 1\\n255\\n",
        "a, P6\\n2 1\\n255\\n"
    })
    void aPortableMapIsReadAndADamagedOneNamed(String name, String head) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(head.replace("\\n", "\n")
                .concat(head.endsWith("255") ? " " : "")
                .getBytes(StandardCharsets.US_ASCII));
        bytes.write(new byte[] {1, 2, 3, 4, 5, 6});
        Path file = Files.write(dir.resolve(name), bytes.toByteArray());
        Picture picture = Picture.read(file);
        assertEquals("2 x 1", picture.width() + " x " + picture.height());
        assertArrayEquals(bytes(1, 2, 3, 4, 5, 6), picture.rgb());

        Files.write(file, Arrays.copyOf(bytes.toByteArray(), bytes.size() - 1));
        IOException error = assertThrows(IOException.class, () -> Picture.read(file));
        assertTrue(error.getMessage().contains(name + " cannot be read as a picture"), error.getMessage());
    }

    @Test
    void greysOfAnyDepthAreRead() throws IOException {
        byte[][] maps = {
            "P5 2 1 65535 \u0080\u0080\u00ff\u00ff".getBytes(StandardCharsets.ISO_8859_1),
            "P2 2 1 255 128 255".getBytes(StandardCharsets.US_ASCII)
        };
        for (byte[] map : maps) {
            Path file = Files.write(dir.resolve("a.pgm"), map);
            byte[] rgb = Picture.read(file).rgb();
            assertEquals(128, rgb[0] & 255, 1); // ffmpeg's own rounding of 16 bits
            assertEquals(255, rgb[3] & 255, 1);
        }
    }

    private byte[] read(BufferedImage image) throws IOException {
        Path file = dir.resolve("a.png");
        assertTrue(ImageIO.write(image, "png", file.toFile()));
        return Picture.read(file).rgb();
    }

    private static byte[] bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
