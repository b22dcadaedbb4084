package org.styleinv.network.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples that Java's readers hand on as they are, or of which they forget what they mean. */
class SamplesTest {
    private static final int UNSIGNED = 1;
    private static final int SIGNED = 2;
    private static final int FLOAT = 3;

    @Test
    void greyOfFractionsIsAsBrightAsItSays() throws IOException {
        ByteBuffer floats = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        floats.putFloat(0).putFloat(0.2f).putFloat(1).putFloat(7); // what is brighter than white is white
        assertGreys(tiff(4, 1, 32, FLOAT, -1, floats.array()), 0, 51, 255, 255);
        ByteBuffer doubles = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        doubles.putDouble(0.4).putDouble(-1);
        assertGreys(tiff(2, 1, 64, FLOAT, -1, doubles.array()), 102, 0);
    }

    @Test
    void greyOf32BitsIsAsBrightAsItSays() throws IOException {
        ByteBuffer ints = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        ints.putInt(0).putInt(0x33330000).putInt(0xcccccccc).putInt(-1);
        assertGreys(tiff(4, 1, 32, UNSIGNED, -1, ints.array()), 0, 51, 204, 255);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32})
    void samplesThatMayBeNegativeAreRefused(int bits) {
        byte[] data = tiff(4, 1, bits, SIGNED, -1, new byte[4 * bits / 8]);
        IOException error = assertThrows(IOException.class, () -> PictureReader.read(data, 100));
        assertTrue(error.getMessage().contains("may be negative"), error.getMessage());
    }

    /** Alpha of kind 1 is in the colours already: 64 under a half is 128. TIFF 6.0, section 18. */
    @ParameterizedTest
    @CsvSource({"1, 191", "2, 159"})
    void alphaCountsOnce(int kind, int expected) throws IOException {
        byte[] data = tiff(1, 4, 8, UNSIGNED, kind, new byte[] {64, 64, 64, (byte) 128});
        assertEquals(expected, PictureReader.read(data, 100).rgb()[0] & 255, 1);
    }

    /** Any one of the greys may be transparent, not black alone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void theGreyThatIsTransparentIsWhite(int depth) throws IOException {
        int top = (1 << depth) - 1;
        for (int clear = 0; clear <= top; clear++) {
            byte[] row = new byte[8];
            int[] expected = new int[64 / depth];
            for (int x = 0; x < expected.length; x++) {
                int value = x % (top + 1);
                row[x * depth / 8] |= (byte) (value << 8 - depth - x * depth % 8);
                expected[x] = value == clear ? 255 : value * 255 / top;
            }
            assertGreys(png(expected.length, depth, clear, row), expected);
        }
    }

    /** A frame that is smaller than the screen of its GIF stays in its place. */
    @Test
    void aGifIsAsLargeAsItsScreen() throws IOException {
        byte[] gif = {
            'G',
            'I',
            'F',
            '8',
            '9',
            'a',
            4,
            0,
            3,
            0,
            (byte) 0x80,
            0,
            0, // the screen, with two colours
            9,
            9,
            9,
            40,
            50,
            60,
            ',',
            1,
            0,
            2,
            0,
            2,
            0,
            1,
            0,
            0, // left, top, width, height
            2,
            2,
            0x4c,
            0xa,
            0,
            ';' // codes of 3 bits: clear (4), 1, 1, end (5)
        };
        RgbPicture picture = PictureReader.read(gif, 100);
        assertEquals("4 x 3", picture.width() + " x " + picture.height());
        byte[] expected = new byte[36];
        Arrays.fill(expected, (byte) 255);
        for (int i = 0; i < 6; i++) {
            expected[3 * (2 * 4 + 1) + i] = (byte) (40 + 10 * (i % 3));
        }
        assertArrayEquals(expected, picture.rgb());
    }

    private static void assertGreys(byte[] data, int... expected) throws IOException {
        byte[] rgb = PictureReader.read(data, 1000).rgb();
        int[] greys = new int[rgb.length / 3];
        for (int i = 0; i < greys.length; i++) {
            greys[i] = rgb[3 * i] & 255;
            assertEquals(rgb[3 * i], rgb[3 * i + 2]);
        }
        assertArrayEquals(expected, greys);
    }

    /** A row of pixels in one strip; {@code extra} is the kind of the last sample, or -1 where all are colours. */
    private static byte[] tiff(int width, int samples, int bits, int format, int extra, byte[] strip) {
        int[][] tags = {
            {256, width},
            {257, 1},
            {258, bits},
            {259, 1},
            {262, samples > 2 ? 2 : 1},
            {273, 200},
            {277, samples},
            {278, 1},
            {279, strip.length},
            {338, extra},
            {339, format}
        };
        ByteBuffer out = ByteBuffer.allocate(232 + strip.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {'I', 'I', 42, 0}).putInt(8).putShort((short) (extra < 0 ? tags.length - 1 : tags.length));
        for (int[] tag : tags) {
            boolean each = (tag[0] == 258 || tag[0] == 339) && samples > 2; // of every sample
            if (tag[0] != 338 || extra >= 0) {
                out.putShort((short) tag[0]).putShort((short) (each ? 3 : tag[0] == 273 || tag[0] == 279 ? 4 : 3));
                out.putInt(each ? samples : 1).putInt(each ? (tag[0] == 258 ? 160 : 170) : tag[1]);
            }
        }
        out.putInt(0);
        for (int i = 0; i < 4; i++) {
            out.putShort(160 + 2 * i, (short) bits).putShort(170 + 2 * i, (short) format);
        }
        out.position(200);
        return out.put(strip).array();
    }

    private static byte[] png(int width, int depth, int clear, byte[] row) throws IOException {
        var out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        ByteBuffer head = ByteBuffer.allocate(13).putInt(width).putInt(1).put((byte) depth);
        chunk(out, "IHDR", head.array());
        chunk(out, "tRNS", new byte[] {0, (byte) clear});
        var packed = new ByteArrayOutputStream();
        try (var deflate = new DeflaterOutputStream(packed)) {
            deflate.write(0);
            deflate.write(row);
        }
        chunk(out, "IDAT", packed.toByteArray());
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, String type, byte[] content) throws IOException {
        var body = new ByteArrayOutputStream();
        body.write(type.getBytes(StandardCharsets.US_ASCII));
        body.write(content);
        CRC32 sum = new CRC32();
        sum.update(body.toByteArray());
        var data = new DataOutputStream(out);
        data.writeInt(content.length);
        data.write(body.toByteArray());
        data.writeInt((int) sum.getValue());
    }
}
