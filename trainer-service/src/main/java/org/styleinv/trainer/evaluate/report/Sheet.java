package org.styleinv.trainer.evaluate.report;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.styleinv.network.image.Quantise;
import org.styleinv.trainer.state.RunRecord;

/**
 * A grid of pictures of one size.
 *
 * @param pictures planar RGB in [-1, 1], row by row
 * @param columns pictures in a row
 * @param zoom pixels a side of each pixel
 */
public record Sheet(List<float[]> pictures, int columns, int zoom) {

    public byte[] png() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image(), "png", out);
        return out.toByteArray();
    }

    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        RunRecord.replace(file, png());
    }

    /** As bytes, row by row: red, green, blue. */
    byte[] rgb() {
        int[] pixels = ((DataBufferInt) image().getRaster().getDataBuffer()).getData();
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (pixels[i / 3] >> 16 - i % 3 * 8);
        }
        return rgb;
    }

    int width() {
        return columns * side() * zoom;
    }

    int height() {
        return (pictures.size() + columns - 1) / columns * side() * zoom;
    }

    private int side() {
        return (int) Math.round(Math.sqrt(pictures.get(0).length / 3.0));
    }

    private BufferedImage image() {
        int side = side();
        int cell = side * zoom;
        BufferedImage image = new BufferedImage(width(), height(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < pictures.size(); i++) {
            float[] picture = pictures.get(i);
            for (int y = 0; y < cell; y++) {
                for (int x = 0; x < cell; x++) {
                    int at = y / zoom * side + x / zoom;
                    int rgb = Quantise.measured(picture[at]) << 16
                            | Quantise.measured(picture[at + side * side]) << 8
                            | Quantise.measured(picture[at + 2 * side * side]);
                    image.setRGB(i % columns * cell + x, i / columns * cell + y, rgb);
                }
            }
        }
        return image;
    }
}
