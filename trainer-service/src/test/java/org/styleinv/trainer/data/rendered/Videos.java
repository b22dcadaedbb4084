package org.styleinv.trainer.data.rendered;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import org.styleinv.video.VideoWriter;

/** What the tests of data sets share: drawn frames as bytes, written videos, and how much two pictures differ. */
public final class Videos {
    private Videos() {}

    public static byte[] frame(long seed, int frameIndex, int size) {
        return rgb(FaceRenderer.render(Face.of(seed), new FaceMotion(seed, 30).at(frameIndex), size));
    }

    public static byte[] rgb(BufferedImage image) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        var rgb = new byte[pixels.length * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (pixels[i / 3] >> 16 - i % 3 * 8);
        }
        return rgb;
    }

    public static void write(Path path, int frames, int size) throws IOException {
        try (var writer = new VideoWriter(path, size, size, 30)) {
            for (int i = 0; i < frames; i++) {
                writer.write(frame(1, i, size));
            }
        }
    }

    /** Peak signal-to-noise ratio in dB of a mean squared error over bytes. */
    public static double psnr(double squaredError, long count) {
        return 10 * Math.log10(255 * 255 / (squaredError / count));
    }

    public static double squaredError(byte[] a, byte[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            int difference = (a[i] & 255) - (b[i] & 255);
            sum += difference * difference;
        }
        return sum;
    }
}
