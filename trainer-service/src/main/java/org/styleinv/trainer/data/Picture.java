package org.styleinv.trainer.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A picture file as RGB bytes: colour or grey, of 1 to 16 bits a sample. Grey keeps the brightness that is stored, and
 * what is transparent becomes white, as in {@code encoder-service}.
 *
 * @param rgb {@code height} rows of {@code width} pixels, each red, green, blue
 */
record Picture(int width, int height, byte[] rgb) {
    /** Pixels of a side, as a file's head says. */
    record Size(int width, int height) {}

    /** How large {@code file} is, before it is decoded; empty where its head does not say, or is not understood. */
    static Optional<Size> size(Path file) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(Files.newInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return Optional.of(new Size(reader.getWidth(0), reader.getHeight(0)));
            } finally {
                reader.dispose();
            }
        } catch (RuntimeException | IOException e) { // damage: reading it will say more
            return Optional.empty();
        }
    }

    static Picture read(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".ppm")) {
                return pixmap(in);
            }
            BufferedImage image = ImageIO.read(new MemoryCacheImageInputStream(in)); // the default is a temporary file
            if (image != null) {
                return of(image);
            }
        } catch (IOException | RuntimeException e) { // Java's readers throw either at damage
            throw new IOException(file.getFileName() + " cannot be read as a picture: " + e.getMessage(), e);
        }
        throw new IOException(file.getFileName() + " cannot be read as a picture: it is damaged, or of another kind");
    }

    /** Writes it as PNG. */
    void write(Path file) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(
                    i % width,
                    i / width,
                    (rgb[3 * i] & 255) << 16 | (rgb[3 * i + 1] & 255) << 8 | rgb[3 * i + 2] & 255);
        }
        try (OutputStream out = Files.newOutputStream(file)) { // a Path keeps every byte of its name, a File does not
            if (!ImageIO.write(image, "png", out)) {
                throw new IOException("this Java cannot write PNG");
            }
        }
    }

    static Picture of(BufferedImage image) {
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        return new Picture(image.getWidth(), image.getHeight(), grey ? grey(image) : colour(image));
    }

    private static byte[] colour(BufferedImage image) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int alpha = pixels[i] >>> 24;
            rgb[3 * i] = overWhite(pixels[i] >> 16 & 255, alpha);
            rgb[3 * i + 1] = overWhite(pixels[i] >> 8 & 255, alpha);
            rgb[3 * i + 2] = overWhite(pixels[i] & 255, alpha);
        }
        return rgb;
    }

    /** From the samples themselves: {@code getRGB} takes grey for linear light and brightens it. */
    private static byte[] grey(BufferedImage image) {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int top = (1 << image.getColorModel().getComponentSize(0)) - 1;
        int[] samples = raster.getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
        byte[] rgb = new byte[3 * (samples.length / bands)];
        for (int i = 0; i < rgb.length; i++) {
            int at = i / 3 * bands;
            int alpha = bands > 1 ? toByte(samples[at + 1], top) : 255;
            rgb[i] = overWhite(toByte(samples[at], top), alpha);
        }
        return rgb;
    }

    private static int toByte(int sample, int top) {
        return (sample * 255 + top / 2) / top;
    }

    private static byte overWhite(int value, int alpha) {
        return (byte) (alpha == 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255);
    }

    /** A portable pixmap of 8 bits (P6), which Java does not read. */
    private static Picture pixmap(InputStream in) throws IOException {
        if (in.read() != 'P' || in.read() != '6') {
            throw new IOException("it is not a binary portable pixmap (P6)");
        }
        int width = number(in);
        int height = number(in);
        int top = number(in);
        if (width < 1 || height < 1 || (long) width * height > 1 << 28 || top != 255) {
            throw new IOException("it says " + width + " x " + height + " pixels of up to " + top
                    + ", but P6 of 8 bits is wanted, whose largest value is 255");
        }
        byte[] rgb = in.readNBytes(3 * width * height);
        if (rgb.length != 3 * width * height) {
            throw new IOException("it ends after " + rgb.length + " of " + 3 * width * height + " bytes");
        }
        return new Picture(width, height, rgb);
    }

    /** The next number of a pixmap's head, and the one character after it; comments run from # to the end of a line. */
    private static int number(InputStream in) throws IOException {
        int c = in.read();
        while (c == '#' || Character.isWhitespace(c)) {
            if (c == '#') {
                while (c != '\n' && c >= 0) {
                    c = in.read();
                }
            }
            c = in.read();
        }
        int value = 0;
        for (; c >= '0' && c <= '9' && value < 1 << 24; c = in.read()) {
            value = 10 * value + c - '0';
        }
        return value;
    }
}
