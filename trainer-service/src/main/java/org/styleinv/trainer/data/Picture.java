package org.styleinv.trainer.data;

import java.awt.image.BufferedImage;
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
import org.styleinv.network.picture.PictureKind;
import org.styleinv.network.picture.PictureReader;
import org.styleinv.network.picture.RgbPicture;

/**
 * A picture file as RGB bytes, as {@link PictureReader} reads it for {@code encoder-service}, too; HEIC and AVIF by ffmpeg.
 *
 * @param rgb {@code height} rows of {@code width} pixels, each red, green, blue
 */
record Picture(int width, int height, byte[] rgb) {
    private static final long LARGEST_FILE = 256L << 20;

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

    /**
     * Reads a picture, whatever kind its content is of.
     *
     * @throws IOException whose sentence names the file and says what is wrong with it
     */
    static Picture read(Path file) throws IOException {
        String name = file.getFileName().toString();
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IOException("it has " + Files.size(file) + " bytes, more than the " + LARGEST_FILE
                        + " that fit into memory: scale it down first");
            }
            if (name.toLowerCase(Locale.ROOT).endsWith(".ppm")) {
                try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                    return pixmap(in);
                }
            }
            byte[] data = Files.readAllBytes(file);
            PictureKind kind = PictureKind.of(data).orElse(PictureKind.PNG);
            if (kind == PictureKind.HEIC || kind == PictureKind.AVIF) {
                return still(file);
            }
            if (PictureReader.isAnimation(data)) {
                throw new IOException("it is an animation: make a video of it, or one picture a frame");
            }
            RgbPicture picture = PictureReader.read(data, PixelBudget.HEAP.pixels());
            return new Picture(picture.width(), picture.height(), picture.rgb());
        } catch (PictureReader.TooLarge e) {
            throw new IOException(name + " " + e.getMessage() + ": scale it down first", e);
        } catch (PictureReader.UnknownKind e) {
            throw new IOException(name + " cannot be read as a picture: it " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(name + " cannot be read as a picture: " + e.getMessage(), e);
        }
    }

    /** Pictures that are kept like videos. */
    private static Picture still(Path file) throws IOException {
        try (VideoReader video = new VideoReader(file)) {
            byte[] rgb = video.next().orElseThrow(() -> new IOException("it is empty"));
            if (video.next().isPresent()) {
                throw new IOException("it is an animation: make a video of it, or one picture a frame");
            }
            return new Picture(video.width(), video.height(), rgb);
        }
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

    /** A portable pixmap of 8 bits (P6), which Java does not read. */
    private static Picture pixmap(InputStream in) throws IOException {
        if (in.read() != 'P' || in.read() != '6') {
            throw new IOException("it is not a binary portable pixmap (P6)");
        }
        int width = number(in);
        int height = number(in);
        int top = number(in);
        if (width < 1 || height < 1 || (long) width * height > PixelBudget.HEAP.pixels() || top != 255) {
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
