package org.styleinv.video;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.styleinv.video.provenance.Origin;
import org.styleinv.video.provenance.PictureMark;

/** A picture as a PNG file. */
public final class PngFile {
    private PngFile() {}

    /**
     * Writes {@code picture} to {@code file}, in the place of what is there. Java's own way says of a full disk that there was
     * an error, and neither where nor which.
     *
     * @throws IOException in a sentence that names the file, where it cannot be written as a whole; then it is gone
     */
    public static void write(BufferedImage picture, Path file) throws IOException {
        write(png(picture), file);
    }

    /** The same for a picture that says how it came to be. */
    public static void write(BufferedImage picture, Path file, Origin origin) throws IOException {
        write(PictureMark.png(png(picture), origin), file);
    }

    private static byte[] png(BufferedImage picture) throws IOException {
        var png = new ByteArrayOutputStream();
        if (!ImageIO.write(picture, "png", png)) {
            throw new IllegalArgumentException("pictures of type " + picture.getType() + " cannot be written as PNG");
        }
        return png.toByteArray();
    }

    private static void write(byte[] png, Path file) throws IOException {
        try {
            Files.write(file, png);
        } catch (FileSystemException e) {
            throw e; // it names the file
        } catch (IOException e) {
            if (Files.isRegularFile(file)) {
                Files.delete(file);
            }
            throw new IOException(
                    file + " cannot be written: " + e.getMessage() + "; make room on its disk, or name another path",
                    e);
        }
    }
}
