package org.styleinv.network.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes in from a picture is what every viewer shows. {@code pictures.zip}, which {@code pictures.py} beside it makes,
 * has pictures of every kind, each with {@code NAME.rgb}: what Pillow and Little CMS show of it.
 */
class PictureReaderTest {
    private static final long MAX = 1_000_000;
    private static final Map<String, byte[]> FILES = files();

    private static Map<String, byte[]> files() {
        var files = new TreeMap<String, byte[]>();
        try (var zip = new ZipInputStream(PictureReaderTest.class.getResourceAsStream("pictures.zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return files;
    }

    static Stream<String> pictures() {
        return FILES.keySet().stream().filter(name -> !name.endsWith(".rgb"));
    }

    @ParameterizedTest
    @MethodSource("pictures")
    void coloursAreThoseThatViewersShow(String name) throws IOException {
        RgbPicture picture = PictureReader.read(FILES.get(name), MAX);
        byte[] expected = FILES.get(name + ".rgb");
        assertEquals(expected.length, picture.rgb().length);
        boolean lying = name.matches("orientation[5-8].*");
        assertEquals(lying ? "32 x 48" : "48 x 32", picture.width() + " x " + picture.height());
        int worst = 0;
        for (int i = 0; i < expected.length; i++) {
            worst = Math.max(worst, Math.abs((picture.rgb()[i] & 255) - (expected[i] & 255)));
        }
        assertTrue(worst <= 2, "differs by " + worst);
    }

    /** Its last pixels are missing, whatever kind it is: never are they made up. */
    @ParameterizedTest
    @MethodSource("pictures")
    void halfAPictureIsRefused(String name) {
        byte[] half = Arrays.copyOf(FILES.get(name), FILES.get(name).length / 2);
        IOException error = assertThrows(IOException.class, () -> PictureReader.read(half, MAX));
        assertTrue(error.getMessage() != null && error.getMessage().length() > 5, error.getMessage());
    }

    /** Such pictures of one colour are a few kilobytes, and a gigabyte once they are decoded. */
    @ParameterizedTest
    @CsvSource({"png", "jpg", "gif", "bmp", "tif"})
    void picturesOfTooManyPixelsAreRefusedByTheirHeaders(String kind) throws IOException {
        var out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(new BufferedImage(1500, 1000, BufferedImage.TYPE_BYTE_GRAY), kind, out));
        byte[] data = out.toByteArray();
        IOException error = assertThrows(PictureReader.TooLarge.class, () -> PictureReader.read(data, MAX));
        assertTrue(error.getMessage().contains("1500x1000 pixels"), error.getMessage());
        assertEquals(1500, PictureReader.read(data, 1_500_000).width());
    }

    /** A bit may be any other, and nothing else than a sentence comes of it. */
    @Test
    void noDamageEscapesAsAnythingButASentence() {
        var random = new Random(4);
        for (String name : pictures().toList()) {
            for (int i = 0; i < 4; i++) {
                byte[] data = FILES.get(name).clone();
                for (int k = 0; k <= i % 3; k++) {
                    data[random.nextInt(data.length)] = (byte) random.nextInt();
                }
                try {
                    assertTrue(PictureReader.read(data, MAX).width() > 0);
                } catch (IOException e) {
                    assertTrue(e.getMessage() != null, name);
                }
            }
        }
    }
}
