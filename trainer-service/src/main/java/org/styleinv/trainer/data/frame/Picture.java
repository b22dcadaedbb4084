package org.styleinv.trainer.data.frame;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.styleinv.network.picture.PictureKind;
import org.styleinv.network.picture.PictureReader;
import org.styleinv.network.picture.RgbPicture;
import org.styleinv.trainer.data.video.VideoReader;

/**
 * A picture file as RGB bytes, as {@link PictureReader} reads it for {@code encoder-service}, too; HEIC, AVIF and
 * portable maps by ffmpeg.
 *
 * @param rgb {@code height} rows of {@code width} pixels, each red, green, blue
 */
public record Picture(int width, int height, byte[] rgb) {
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
                in.mark();
                Size screen = screen(in);
                in.reset();
                reader.setInput(in, true, true);
                return Optional.of(new Size(
                        Math.max(screen.width, reader.getWidth(0)), Math.max(screen.height, reader.getHeight(0))));
            } finally {
                reader.dispose();
            }
        } catch (RuntimeException | IOException e) { // damage: reading it will say more
            return Optional.empty();
        }
    }

    /** What a GIF lays its frame on. */
    private static Size screen(ImageInputStream in) throws IOException {
        byte[] head = new byte[4];
        in.readFully(head);
        if (!PictureKind.of(head).equals(Optional.of(PictureKind.GIF))) {
            return new Size(0, 0);
        }
        in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
        in.skipBytes(2);
        return new Size(in.readUnsignedShort(), in.readUnsignedShort());
    }

    /**
     * Reads a picture, whatever kind its content is of.
     *
     * @throws IOException whose sentence names the file and says what is wrong with it
     */
    public static Picture read(Path file) throws IOException {
        String name = file.getFileName().toString();
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IOException("it has " + Files.size(file) + " bytes, more than the " + LARGEST_FILE
                        + " that fit into memory: scale it down first");
            }
            byte[] data = Files.readAllBytes(file);
            PictureKind kind = PictureKind.of(data).orElse(PictureKind.PNG);
            if (kind == PictureKind.HEIC || kind == PictureKind.AVIF || isPortable(data)) {
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

    /** Whether it is a portable map of bits, greys or pixels (P1 to P7). */
    private static boolean isPortable(byte[] data) {
        return data.length > 2 && data[0] == 'P' && data[1] >= '1' && data[1] <= '7' && data[2] <= ' ' && data[2] > 0;
    }

    /** Pictures that ffmpeg reads, as videos of one frame. */
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
    public void write(Path file) throws IOException {
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
}
