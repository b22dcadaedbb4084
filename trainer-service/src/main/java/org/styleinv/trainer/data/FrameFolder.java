package org.styleinv.trainer.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** A video that is a folder of pictures, one a frame, in the order of their names: StyleGAN-V's layout. */
final class FrameFolder implements FrameSource {
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "bmp");

    private final Iterator<Path> files;
    private final int count;
    private final int width;
    private final int height;
    private byte[] first;

    FrameFolder(Path folder) throws IOException {
        List<Path> pictures = pictures(folder);
        files = pictures.iterator();
        count = pictures.size();
        BufferedImage image = read(files.next());
        width = image.getWidth();
        height = image.getHeight();
        first = rgb(image);
    }

    static boolean isPicture(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(FrameFolder::isPicture).sorted().toList();
        }
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public double fps() {
        return 0;
    }

    @Override
    public long claimedFrames() {
        return count;
    }

    @Override
    public Optional<byte[]> next() throws IOException {
        if (first != null) {
            byte[] frame = first;
            first = null;
            return Optional.of(frame);
        }
        if (!files.hasNext()) {
            return Optional.empty();
        }
        Path file = files.next();
        BufferedImage image = read(file);
        if (image.getWidth() != width || image.getHeight() != height) {
            throw new IOException(file.getFileName() + " is " + image.getWidth() + " x " + image.getHeight()
                    + ", but the frames before it are " + width + " x " + height);
        }
        return Optional.of(rgb(image));
    }

    @Override
    public void close() {}

    private static BufferedImage read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            BufferedImage image = ImageIO.read(in);
            if (image != null) {
                return image;
            }
        } catch (IOException e) {
            throw new IOException(file.getFileName() + " cannot be read as a picture: " + e.getMessage(), e);
        }
        throw new IOException(file.getFileName() + " cannot be read as a picture: it is damaged, or of another kind");
    }

    private static byte[] rgb(BufferedImage image) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            rgb[3 * i] = (byte) (pixels[i] >> 16);
            rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
            rgb[3 * i + 2] = (byte) pixels[i];
        }
        return rgb;
    }
}
