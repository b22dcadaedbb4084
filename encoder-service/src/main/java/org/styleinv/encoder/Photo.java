package org.styleinv.encoder;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;

/**
 * A picture from a stranger, decoded with care: what it is is read from its content, how large it is from its header, and
 * only then is it decoded.
 *
 * @param rgb interleaved, 8 bits, rows from the top
 */
record Photo(int width, int height, byte[] rgb) {
    static final int MAX_SIDE = 16_384;

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
            throw new IllegalArgumentException("image.data has no bytes: give a PNG, a JPEG or raw pixels");
        }
        String format = format(data);
        ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(data))) {
            reader.setInput(in, true, true);
            check(reader.getWidth(0), reader.getHeight(0), maxPixels);
            PixelBudget.check(format, data, reader.getWidth(0), reader.getHeight(0));
            if (format.equals("png")) {
                return rgb(reader.read(0));
            }
            JpegHeader header = JpegHeader.of(data);
            if (header.components() == 4) {
                throw new IOException("it has the four colours of print, CMYK");
            }
            AtomicBoolean endsEarly = new AtomicBoolean();
            reader.addIIOReadWarningListener((source, warning) -> {
                if (warning.contains("premature end")) { // what is missing would be painted grey
                    endsEarly.set(true);
                }
            });
            BufferedImage read = reader.read(0);
            if (endsEarly.get()) {
                throw new IOException("it ends before its last pixel");
            }
            return rgb(read).turned(header.orientation());
        } catch (IllegalArgumentException e) {
            if (e instanceof TooLarge) {
                throw e;
            }
            throw broken(format, e);
        } catch (IOException | RuntimeException e) { // the platform's readers throw much on damaged files
            throw broken(format, e);
        } finally {
            reader.dispose();
        }
    }

    private static final class TooLarge extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        TooLarge(String sentence) {
            super(sentence);
        }
    }

    private static IllegalArgumentException broken(String format, Exception cause) {
        return new IllegalArgumentException(
                "the " + format.toUpperCase(java.util.Locale.ROOT) + " image cannot be decoded (" + cause.getMessage()
                        + "); save it again as an ordinary RGB PNG or JPEG",
                cause);
    }

    private static String format(byte[] data) {
        if (starts(data, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
            return "png";
        }
        if (starts(data, 0xff, 0xd8, 0xff)) {
            return "jpeg";
        }
        throw new IllegalArgumentException("image.data is neither PNG nor JPEG: its " + data.length
                + " bytes begin with " + java.util.HexFormat.of().formatHex(data, 0, Math.min(8, data.length)));
    }

    private static boolean starts(byte[] data, int... signature) {
        for (int i = 0; i < signature.length; i++) {
            if (i >= data.length || (data[i] & 0xff) != signature[i]) {
                return false;
            }
        }
        return true;
    }

    private static void check(int width, int height, long maxPixels) {
        if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE || (long) width * height > maxPixels) {
            throw new TooLarge("the image is " + width + "x" + height + " pixels, but sides must be from 1 to "
                    + MAX_SIDE + " and at most " + maxPixels / 1_000_000 + " million pixels in all");
        }
    }

    /** Any image as RGB; what is transparent becomes white. */
    private static Photo rgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] rgb = new byte[3 * width * height];
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        int[] row = new int[width * (grey ? image.getRaster().getNumBands() : 1)];
        int bits = image.getColorModel().getComponentSize(0);
        for (int y = 0; y < height; y++) {
            if (grey) { // getRGB would take grey for linear light and brighten it
                image.getRaster().getPixels(0, y, width, 1, row);
                int bands = row.length / width;
                for (int x = 0; x < width; x++) {
                    int value = level(row[x * bands], bits);
                    int alpha = bands > 1 ? level(row[x * bands + 1], bits) : 255;
                    put(rgb, 3 * (y * width + x), value, value, value, alpha);
                }
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
                for (int x = 0; x < width; x++) {
                    int argb = row[x];
                    put(rgb, 3 * (y * width + x), argb >> 16 & 0xff, argb >> 8 & 0xff, argb & 0xff, argb >>> 24);
                }
            }
        }
        return new Photo(width, height, rgb);
    }

    private static int level(int value, int bits) {
        return bits == 8 ? value : bits > 8 ? value >> (bits - 8) : value * 255 / ((1 << bits) - 1);
    }

    private static void put(byte[] rgb, int at, int r, int g, int b, int alpha) {
        rgb[at] = (byte) over(r, alpha);
        rgb[at + 1] = (byte) over(g, alpha);
        rgb[at + 2] = (byte) over(b, alpha);
    }

    private static int over(int value, int alpha) {
        return alpha == 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255;
    }

    /** As the photographer saw it. @param orientation 1 to 8, EXIF tag 0x0112 */
    private Photo turned(int orientation) {
        if (orientation <= 1) {
            return this;
        }
        boolean swap = orientation >= 5;
        int w = swap ? height : width;
        int h = swap ? width : height;
        byte[] out = new byte[rgb.length];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int sx = swap ? y : x;
                int sy = swap ? x : y;
                if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
                    sx = width - 1 - sx;
                }
                if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
                    sy = height - 1 - sy;
                }
                System.arraycopy(rgb, 3 * (sy * width + sx), out, 3 * (y * w + x), 3);
            }
        }
        return new Photo(w, h, out);
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
