package org.styleinv.decoder.engine;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.styleinv.proto.Encoding;

/** Pixels to bytes. Equal pixels give equal bytes. */
public final class PictureEncoder {
    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private PictureEncoder() {}

    /** Stores interleaved 8-bit RGB of a square frame. */
    public static byte[] encode(byte[] rgb, int side, Encoding encoding, float jpegQuality) {
        return switch (encoding) {
            case RAW -> rgb;
            case PNG, ENCODING_UNSPECIFIED -> png(rgb, side, side);
            case JPEG -> jpeg(rgb, side, side, jpegQuality);
            case FLOAT32, UNRECOGNIZED -> throw new IllegalArgumentException(encoding + " does not store 8-bit pixels");
        };
    }

    /**
     * Part of one picture in another, value by value: {@code floor(own + (other - own) * weight + 0.5)}, the same on every
     * machine. Weight 0 gives {@code own} and 1 gives {@code other}, to the bit.
     */
    public static byte[] mix(byte[] own, byte[] other, double weight) {
        byte[] mixed = new byte[own.length];
        for (int i = 0; i < mixed.length; i++) {
            int a = own[i] & 0xff;
            int b = other[i] & 0xff;
            mixed[i] = (byte) (int) Math.floor(a + (b - a) * weight + 0.5);
        }
        return mixed;
    }

    public static byte[] floats(float[] planes) {
        ByteBuffer bytes = ByteBuffer.allocate(planes.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(planes);
        return bytes.array();
    }

    /** Written here because the platform's writer is several times slower on small frames. PNG specification, ISO 15948. */
    static byte[] png(byte[] rgb, int width, int height) {
        int stride = 3 * width;
        byte[] filtered = new byte[height * (stride + 1)];
        for (int y = 0; y < height; y++) {
            int at = y * (stride + 1);
            filtered[at++] = 4; // Paeth: best for photographs
            for (int x = 0; x < stride; x++) {
                int here = y * stride + x;
                int left = x >= 3 ? rgb[here - 3] & 0xff : 0;
                int up = y > 0 ? rgb[here - stride] & 0xff : 0;
                int corner = x >= 3 && y > 0 ? rgb[here - stride - 3] & 0xff : 0;
                filtered[at++] = (byte) (rgb[here] - paeth(left, up, corner));
            }
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            deflater.setInput(filtered);
            deflater.finish();
            byte[] packed = new byte[filtered.length + filtered.length / 1000 + 64];
            int length = 0;
            while (!deflater.finished()) {
                length += deflater.deflate(packed, length, packed.length - length);
            }
            ByteBuffer out = ByteBuffer.allocate(8 + 25 + 12 + length + 12);
            out.put(PNG_SIGNATURE);
            byte[] header = ByteBuffer.allocate(13)
                    .putInt(width)
                    .putInt(height)
                    .put((byte) 8)
                    .put((byte) 2)
                    .array();
            chunk(out, "IHDR", header, header.length);
            chunk(out, "IDAT", packed, length);
            chunk(out, "IEND", new byte[0], 0);
            return out.array();
        } finally {
            deflater.end();
        }
    }

    private static int paeth(int left, int up, int corner) {
        int p = left + up - corner;
        int a = Math.abs(p - left);
        int b = Math.abs(p - up);
        int c = Math.abs(p - corner);
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    private static void chunk(ByteBuffer out, String type, byte[] content, int length) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(content, 0, length);
        out.putInt(length).put(name).put(content, 0, length).putInt((int) crc.getValue());
    }

    static byte[] jpeg(byte[] rgb, int width, int height, float quality) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < rgb.length; i += 3) {
            bgr[i] = rgb[i + 2];
            bgr[i + 1] = rgb[i + 1];
            bgr[i + 2] = rgb[i];
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a frame could not be stored as JPEG", e);
        } finally {
            writer.dispose();
        }
    }
}
