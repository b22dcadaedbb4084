package org.styleinv.video;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.styleinv.video.provenance.Origin;

/** Animated GIFs from pixels. */
class GifWriterTest {
    private static final Origin ORIGIN = Origin.generated("5eed", "seed=7");
    private static final int SIDE = 64;
    private static final int FRAMES = 7;

    private static byte[] picture(int shade) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < SIDE * SIDE; i++) {
            rgb[3 * i] = (byte) (3 * (i % SIDE) + shade);
            rgb[3 * i + 1] = (byte) (3 * (i / SIDE));
            rgb[3 * i + 2] = 90;
        }
        return rgb;
    }

    private static ImageReader written() throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gif = new GifWriter(out, SIDE, SIDE, 30, ORIGIN)) {
            for (int i = 0; i < FRAMES; i++) {
                gif.write(picture(8 * i));
            }
        }
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(out.toByteArray()));
        reader.setInput(in);
        return reader;
    }

    @Test
    void keepsEachFrame() throws Exception {
        ImageReader reader = written();
        assertEquals(FRAMES, reader.getNumImages(true));
        for (int frame = 0; frame < FRAMES; frame++) {
            byte[] rgb = picture(8 * frame);
            BufferedImage seen = reader.read(frame);
            double error = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                int colour = seen.getRGB(i % SIDE, i / SIDE);
                for (int channel = 0; channel < 3; channel++) {
                    error += Math.abs((colour >> 16 - 8 * channel & 255) - (rgb[3 * i + channel] & 255));
                }
            }
            assertTrue(error / rgb.length < 4, "frame " + frame + " is off by " + error / rgb.length);
        }
    }

    /** Thirtieths of a second are 3 and a third of its hundredths. */
    @Test
    void keepsTheLength() throws Exception {
        ImageReader reader = written();
        long hundredths = 0;
        for (int frame = 0; frame < FRAMES; frame++) {
            var root = (IIOMetadataNode) reader.getImageMetadata(frame).getAsTree("javax_imageio_gif_image_1.0");
            var control = (IIOMetadataNode)
                    root.getElementsByTagName("GraphicControlExtension").item(0);
            hundredths += Long.parseLong(control.getAttribute("delayTime"));
        }
        assertEquals(Math.round(100 * FRAMES / 30.0), hundredths);
    }

    @Test
    void aSingleColourIsEnough() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var gif = new GifWriter(out, 2, 2, 50, ORIGIN)) {
            gif.write(new byte[12]);
        }
        assertEquals(
                0xff000000,
                ImageIO.read(new ByteArrayInputStream(out.toByteArray())).getRGB(1, 1));
    }

    @Test
    void refusesWhatItCannotShow() throws Exception {
        assertThrows(
                IllegalArgumentException.class,
                () -> new GifWriter(new ByteArrayOutputStream(), SIDE, SIDE, 51, ORIGIN));
        try (var gif = new GifWriter(new ByteArrayOutputStream(), SIDE, SIDE, 30, ORIGIN)) {
            assertThrows(IllegalArgumentException.class, () -> gif.write(new byte[5]));
        }
    }
}
