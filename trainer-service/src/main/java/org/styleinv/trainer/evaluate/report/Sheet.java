package org.styleinv.trainer.evaluate.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.imageio.ImageIO;
import org.styleinv.network.image.Quantise;

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
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.write(partial, png());
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private BufferedImage image() {
        int side = (int) Math.round(Math.sqrt(pictures.get(0).length / 3.0));
        int cell = side * zoom;
        int rows = (pictures.size() + columns - 1) / columns;
        BufferedImage image = new BufferedImage(columns * cell, rows * cell, BufferedImage.TYPE_INT_RGB);
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
