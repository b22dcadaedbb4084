package org.styleinv.decoder.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.styleinv.proto.Encoding;

class PictureEncoderTest {
    private static byte[] noise(int size, int seed) {
        byte[] rgb = new byte[3 * size * size];
        new Random(seed).nextBytes(rgb);
        return rgb;
    }

    @Test
    void pngKeepsEveryPixel() throws Exception {
        for (int size : new int[] {1, 2, 5, 64}) {
            byte[] rgb = noise(size, size);
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(PictureEncoder.encode(rgb, size, Encoding.PNG, 1)));
            assertEquals(size, image.getWidth());
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    int at = 3 * (y * size + x);
                    int wanted = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff;
                    assertEquals(wanted, image.getRGB(x, y) & 0xffffff);
                }
            }
        }
    }

    @Test
    void jpegKeepsColoursNearly() throws Exception {
        byte[] rgb = new byte[3 * 16 * 16];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) 200;
            rgb[i + 1] = 100;
            rgb[i + 2] = 30;
        }
        int colour = ImageIO.read(new ByteArrayInputStream(PictureEncoder.encode(rgb, 16, Encoding.JPEG, 0.9f)))
                .getRGB(8, 8);
        assertTrue(Math.abs((colour >> 16 & 0xff) - 200) < 4 && Math.abs((colour & 0xff) - 30) < 4);
    }

    @Test
    void equalPixelsGiveEqualBytes() {
        for (Encoding encoding : new Encoding[] {Encoding.RAW, Encoding.PNG, Encoding.JPEG}) {
            assertEquals(
                    ByteBuffer.wrap(PictureEncoder.encode(noise(32, 1), 32, encoding, 0.9f)),
                    ByteBuffer.wrap(PictureEncoder.encode(noise(32, 1), 32, encoding, 0.9f)));
        }
    }

    @Test
    void aMixIsTheRoundedMeanOfEachValue() {
        byte[] own = {0, 0, (byte) 255, 10, 10, (byte) 200};
        byte[] other = {0, (byte) 255, 0, 11, 13, (byte) 100};
        org.junit.jupiter.api.Assertions.assertArrayEquals(own, PictureEncoder.mix(own, other, 0));
        org.junit.jupiter.api.Assertions.assertArrayEquals(other, PictureEncoder.mix(own, other, 1));
        org.junit.jupiter.api.Assertions.assertArrayEquals(
                new byte[] {0, (byte) 128, (byte) 128, 11, 12, (byte) 150}, PictureEncoder.mix(own, other, 0.5));
        org.junit.jupiter.api.Assertions.assertArrayEquals(
                new byte[] {0, 64, (byte) 191, 10, 11, (byte) 175}, PictureEncoder.mix(own, other, 0.25));
    }

    @Test
    void floatsAreLittleEndian() {
        byte[] bytes = PictureEncoder.floats(new float[] {1.5f, -2});
        assertEquals(-2, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(4));
    }
}
