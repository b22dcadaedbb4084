package org.styleinv.network.watermark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Frames that a model painted, the 64 of docs/samples.png, and what becomes of pictures. */
final class Tiles {
    private static final int SIDE = 128;
    private static List<Frame> LARGE;

    /** {@code height} rows of {@code width} pixels, red, green, blue. */
    record Frame(int width, int height, byte[] rgb) {
        Frame half() {
            byte[] half = new byte[rgb.length / 4];
            int w = width / 2;
            for (int i = 0; i < half.length; i++) {
                int at = 2 * (i / (3 * w)) * 3 * width + 6 * (i / 3 % w) + i % 3;
                int sum = (rgb[at] & 255)
                        + (rgb[at + 3] & 255)
                        + (rgb[at + 3 * width] & 255)
                        + (rgb[at + 3 * width + 3] & 255);
                half[i] = (byte) ((sum + 2) / 4);
            }
            return new Frame(w, height / 2, half);
        }

        /** Twice as large, between pixels straight. */
        Frame twice() {
            byte[] twice = new byte[rgb.length * 4];
            for (int y = 0, at = 0; y < 2 * height; y++) {
                for (int x = 0; x < 2 * width; x++) {
                    for (int c = 0; c < 3; c++) {
                        int near = 3 * value(y / 2, x / 2, c) + value(y / 2, x / 2 + x % 2 * 2 - 1, c);
                        int next = y / 2 + y % 2 * 2 - 1;
                        int far = 3 * value(next, x / 2, c) + value(next, x / 2 + x % 2 * 2 - 1, c);
                        twice[at++] = (byte) ((3 * near + far + 8) / 16);
                    }
                }
            }
            return new Frame(2 * width, 2 * height, twice);
        }

        private int value(int y, int x, int c) {
            int row = Math.max(0, Math.min(height - 1, y));
            int column = Math.max(0, Math.min(width - 1, x));
            return rgb[3 * (row * width + column) + c] & 255;
        }

        Frame jpeg(double quality) throws IOException {
            var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < width * height; i++) {
                int colour = (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255;
                image.setRGB(i % width, i / width, colour);
            }
            ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
            var bytes = new ByteArrayOutputStream();
            try (var out = new MemoryCacheImageOutputStream(bytes)) {
                ImageWriteParam settings = writer.getDefaultWriteParam();
                settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                settings.setCompressionQuality((float) quality);
                writer.setOutput(out);
                writer.write(null, new IIOImage(image, null, null), settings);
            } finally {
                writer.dispose();
            }
            return of(ImageIO.read(new ByteArrayInputStream(bytes.toByteArray())));
        }

        double psnr(Frame other) {
            double squares = 0;
            for (int i = 0; i < rgb.length; i++) {
                int off = (rgb[i] & 255) - (other.rgb[i] & 255);
                squares += off * off;
            }
            return 10 * Math.log10(255.0 * 255 * rgb.length / squares);
        }
    }

    private Tiles() {}

    /** Tiles at their 128 pixels. */
    static List<Frame> large() throws IOException {
        return LARGE == null ? LARGE = read() : LARGE;
    }

    private static List<Frame> read() throws IOException {
        BufferedImage sheet = ImageIO.read(Path.of("../docs/samples.png").toFile());
        List<Frame> tiles = new ArrayList<>();
        for (int y = 0; y < sheet.getHeight(); y += SIDE) {
            for (int x = 0; x < sheet.getWidth(); x += SIDE) {
                tiles.add(of(sheet.getSubimage(x, y, SIDE, SIDE)));
            }
        }
        return tiles;
    }

    /** The tiles at 64 pixels. */
    static List<Frame> small() throws IOException {
        return large().stream().map(Frame::half).toList();
    }

    private static Frame of(BufferedImage image) {
        var frame = new Frame(image.getWidth(), image.getHeight(), new byte[3 * image.getWidth() * image.getHeight()]);
        for (int i = 0; i < frame.width * frame.height; i++) {
            int colour = image.getRGB(i % frame.width, i / frame.width);
            frame.rgb[3 * i] = (byte) (colour >> 16);
            frame.rgb[3 * i + 1] = (byte) (colour >> 8);
            frame.rgb[3 * i + 2] = (byte) colour;
        }
        return frame;
    }
}
