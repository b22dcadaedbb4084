package org.styleinv.mesh.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.styleinv.network.image.Resize;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Image;

/**
 * A picture as bare pixels.
 *
 * @param rgb rows from the top, each pixel red, green, blue
 */
@SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
public record Pixels(int width, int height, byte[] rgb) {

    /** The pixels of an image from the wire, in whatever encoding. */
    public static Pixels of(Image image) {
        byte[] data = image.getData().toByteArray();
        if (image.getEncoding() == Encoding.RAW) {
            if (data.length != 3L * image.getWidth() * image.getHeight()) {
                throw new IllegalArgumentException("a raw picture of " + image.getWidth() + " x " + image.getHeight()
                        + " has " + 3L * image.getWidth() * image.getHeight() + " bytes, got " + data.length);
            }
            return new Pixels(image.getWidth(), image.getHeight(), data);
        }
        try {
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(data));
            if (picture == null) {
                throw new IllegalArgumentException(
                        "a picture came as " + image.getEncoding() + " but cannot be read as one");
            }
            return of(picture);
        } catch (IOException e) {
            throw new IllegalArgumentException("a picture came damaged: " + e.getMessage(), e);
        }
    }

    /** The pixels of {@code picture}, without transparency. */
    public static Pixels of(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] argb = picture.getRGB(0, 0, width, height, null, 0, width);
        var rgb = new byte[3 * argb.length];
        for (int i = 0; i < argb.length; i++) {
            rgb[3 * i] = (byte) (argb[i] >> 16);
            rgb[3 * i + 1] = (byte) (argb[i] >> 8);
            rgb[3 * i + 2] = (byte) argb[i];
        }
        return new Pixels(width, height, rgb);
    }

    /** The same pixels as a picture of the Java library. */
    public BufferedImage picture() {
        var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        var argb = new int[width * height];
        for (int i = 0; i < argb.length; i++) {
            argb[i] = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
        }
        picture.setRGB(0, 0, width, height, argb, 0, width);
        return picture;
    }

    /** The same picture enlarged by the least whole factor that makes both sides at least {@code side}, as viewers do: smoothly. */
    public Pixels enlarged(int side) {
        int factor = (side + Math.min(width, height) - 1) / Math.min(width, height);
        return factor <= 1 ? this : resized(factor * width, factor * height);
    }

    /** The same picture at another size, by Lanczos' kernel. */
    Pixels resized(int toWidth, int toHeight) {
        return new Pixels(
                toWidth, toHeight, Resize.resize(rgb, width, height, toWidth, toHeight, Resize.Kernel.LANCZOS));
    }

    /** SHA-256 of the bytes of {@link #rgb}, in hexadecimal: equal pixels, equal hash, whatever the encoding on the way. */
    public String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(rgb));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
