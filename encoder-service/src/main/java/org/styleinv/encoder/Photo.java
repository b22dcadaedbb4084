package org.styleinv.encoder;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.styleinv.network.picture.PictureReader;
import org.styleinv.network.picture.RgbPicture;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;

/**
 * A picture from a stranger, which {@link PictureReader} decodes with care.
 *
 * @param rgb interleaved, 8 bits, rows from the top
 */
record Photo(int width, int height, byte[] rgb) {
    private static final int MAX_SIDE = PictureReader.MAX_SIDE;

    /**
     * @param maxPixels more are refused before anything is decoded
     * @throws IllegalArgumentException in one sentence, whatever is wrong with the bytes
     */
    static Photo of(Image image, long maxPixels) {
        if (image.getEncoding() == Encoding.RAW) {
            check(image.getWidth(), image.getHeight(), maxPixels);
            long wanted = 3L * image.getWidth() * image.getHeight();
            if (image.getData().size() != wanted) {
                throw new IllegalArgumentException("a raw image of " + image.getWidth() + "x" + image.getHeight()
                        + " has 3 bytes a pixel, that is " + wanted + ", got "
                        + image.getData().size());
            }
            return new Photo(
                    image.getWidth(), image.getHeight(), image.getData().toByteArray());
        }
        byte[] data = image.getData().toByteArray();
        if (data.length == 0) {
            throw new IllegalArgumentException(
                    "image.data has no bytes: give a picture, a PNG or a JPEG for example, or raw pixels");
        }
        try {
            RgbPicture picture = PictureReader.read(data, maxPixels);
            return new Photo(picture.width(), picture.height(), picture.rgb());
        } catch (PictureReader.TooLarge e) {
            throw new IllegalArgumentException("the image " + e.getMessage(), e);
        } catch (PictureReader.UnknownKind e) {
            throw new IllegalArgumentException("image.data " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "the image cannot be decoded (" + e.getMessage()
                            + "); save it again as an ordinary RGB PNG or JPEG",
                    e);
        }
    }

    private static void check(int width, int height, long maxPixels) {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE || (long) width * height > maxPixels) {
            throw new IllegalArgumentException(
                    "the image is " + width + "x" + height + " pixels, but sides must be from 1 to " + MAX_SIDE
                            + " and at most " + maxPixels / 1_000_000 + " million pixels in all");
        }
    }

    /** The largest square in the middle. */
    Photo square() {
        int side = Math.min(width, height);
        int left = (width - side) / 2;
        int top = (height - side) / 2;
        if (side == width && side == height) {
            return this;
        }
        byte[] out = new byte[3 * side * side];
        for (int y = 0; y < side; y++) {
            System.arraycopy(rgb, 3 * ((top + y) * width + left), out, 3 * y * side, 3 * side);
        }
        return new Photo(side, side, out);
    }

    /** This square resized by a triangle filter as wide as a target pixel: no aliasing when it shrinks. */
    Photo resized(int side) {
        if (width == side && height == side) {
            return this;
        }
        Weights weights = Weights.between(width, side);
        float[] rows = new float[3 * side * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < side; x++) {
                for (int c = 0; c < 3; c++) {
                    float sum = 0;
                    for (int k = 0; k < weights.values[x].length; k++) {
                        sum += weights.values[x][k] * (rgb[3 * (y * width + weights.from[x] + k) + c] & 0xff);
                    }
                    rows[3 * (y * side + x) + c] = sum;
                }
            }
        }
        byte[] out = new byte[3 * side * side];
        for (int y = 0; y < side; y++) {
            for (int i = 0; i < 3 * side; i++) {
                float sum = 0;
                for (int k = 0; k < weights.values[y].length; k++) {
                    sum += weights.values[y][k] * rows[3 * side * (weights.from[y] + k) + i];
                }
                out[3 * side * y + i] = (byte) Math.max(0, Math.min(255, Math.round(sum)));
            }
        }
        return new Photo(side, side, out);
    }

    /** Which source pixels make up a target pixel, and how much of each. */
    private record Weights(int[] from, float[][] values) {
        static Weights between(int source, int target) {
            double scale = (double) source / target;
            double reach = Math.max(scale, 1);
            int[] from = new int[target];
            float[][] values = new float[target][];
            for (int i = 0; i < target; i++) {
                double centre = (i + 0.5) * scale;
                from[i] = Math.max(0, (int) Math.floor(centre - reach));
                int to = Math.min(source, (int) Math.ceil(centre + reach));
                values[i] = new float[to - from[i]];
                double sum = 0;
                for (int k = 0; k < values[i].length; k++) {
                    sum += Math.max(0, 1 - Math.abs(from[i] + k + 0.5 - centre) / reach);
                }
                for (int k = 0; k < values[i].length; k++) {
                    values[i][k] = (float) (Math.max(0, 1 - Math.abs(from[i] + k + 0.5 - centre) / reach) / sum);
                }
            }
            return new Weights(from, values);
        }
    }

    /** Planes R, G, B in [-1, 1]. */
    float[] planes() {
        int size = width * height;
        float[] planes = new float[3 * size];
        for (int i = 0; i < size; i++) {
            for (int c = 0; c < 3; c++) {
                planes[c * size + i] = (rgb[3 * i + c] & 0xff) / 127.5f - 1;
            }
        }
        return planes;
    }

    /** Peak signal to noise ratio against other pixels of this size, decibels; 100 where they are equal. */
    double psnr(byte[] other) {
        double sum = 0;
        for (int i = 0; i < rgb.length; i++) {
            double difference = (rgb[i] & 0xff) - (other[i] & 0xff);
            sum += difference * difference;
        }
        return sum == 0 ? 100 : Math.min(100, 10 * Math.log10(255.0 * 255.0 * rgb.length / sum));
    }

    byte[] png() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                image.setRGB(x, y, (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | rgb[at + 2] & 0xff);
            }
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("a picture could not be stored as PNG", e);
        }
    }
}
