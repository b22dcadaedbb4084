package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;
import org.styleinv.video.PngFile;
import org.styleinv.video.VideoWriter;

/** Tensors of pictures as files that a person looks at. */
public final class Pictures {
    private Pictures() {}

    /** Writes {@code images [n, 3, h, w]} in [-1, 1] as a grid of {@code columns}, each pixel {@code zoom} times larger. */
    public static void grid(NDArray images, int columns, int zoom, Path file) throws IOException {
        long[] shape = images.getShape().getShape();
        int n = (int) shape[0];
        int h = (int) shape[2];
        int w = (int) shape[3];
        int rows = (n + columns - 1) / columns;
        float[] values = images.toFloatArray();
        BufferedImage grid = new BufferedImage(columns * w * zoom, rows * h * zoom, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < grid.getHeight(); y++) {
            for (int x = 0; x < grid.getWidth(); x++) {
                int i = y / (h * zoom) * columns + x / (w * zoom);
                if (i < n) {
                    int at = (i * 3 * h + y / zoom % h) * w + x / zoom % w;
                    grid.setRGB(
                            x,
                            y,
                            level(values[at]) << 16 | level(values[at + h * w]) << 8 | level(values[at + 2 * h * w]));
                }
            }
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        PngFile.write(grid, partial);
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Pixels of a picture. */
    public record Size(int width, int height) {}

    public static Size size(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        return new Size(image.getWidth(), image.getHeight());
    }

    /** Writes {@code frames [n, 3, h, w]} in [-1, 1] as a video, every pixel doubled. */
    public static void film(NDArray frames, double fps, Path file) throws IOException {
        long[] shape = frames.getShape().getShape();
        int n = (int) shape[0];
        int h = (int) shape[2];
        int w = (int) shape[3];
        float[] values = frames.toFloatArray();
        byte[] rgb = new byte[3 * h * w];
        Files.createDirectories(file.toAbsolutePath().getParent());
        try (VideoWriter video = new VideoWriter(file, w, h, fps, 2)) {
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < rgb.length; k++) {
                    rgb[k] = (byte) level(values[i * 3 * h * w + k % 3 * h * w + k / 3]);
                }
                video.write(rgb);
            }
        }
    }

    private static int level(float value) {
        return (int) Math.max(0, Math.min(255, value * 127.5f + 128));
    }
}
