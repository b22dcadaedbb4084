package org.styleinv.video.provenance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Puts an origin into pictures that are here as bytes. Pixels are left as they are: what stands before and behind the packet
 * is copied. The same picture and origin give the same bytes.
 */
public final class PictureMark {
    static final String PNG_KEYWORD = "XML:com.adobe.xmp";
    static final String JPEG_NAME = "http://ns.adobe.com/xap/1.0/";
    static final String GIF_NAME = "XMP DataXMP";

    static final int PNG_HEAD = 8 + 25; // the signature and IHDR
    private static final int MOST_OF_A_SEGMENT = 65_533; // bytes behind the length of a JPEG's segment
    private static final int WEBP_XMP = 0x04; // a flag of VP8X
    private static final int WEBP_ALPHA = 0x10;

    private PictureMark() {}

    /** A PNG with a chunk iTXt behind its header (PNG, ISO 15948, 11.3.4.5; XMP, ISO 16684-1, annex). */
    public static byte[] png(byte[] png, Origin origin) {
        demand(png.length >= PNG_HEAD && tag(png, 12).equals("IHDR"), "PNG");
        byte[] keyword = (PNG_KEYWORD + "\0\0\0\0\0").getBytes(StandardCharsets.US_ASCII); // not packed, no language
        byte[] packet = Xmp.packet(origin);
        int length = keyword.length + packet.length;
        ByteBuffer chunk = ByteBuffer.allocate(12 + length)
                .putInt(length)
                .put("iTXt".getBytes(StandardCharsets.US_ASCII))
                .put(keyword)
                .put(packet);
        var sum = new CRC32();
        sum.update(chunk.array(), 4, 4 + length);
        return inserted(png, PNG_HEAD, chunk.putInt((int) sum.getValue()).array());
    }

    /** A JPEG with a segment APP1 behind its start, and behind JFIF's APP0, which is to be the first. */
    public static byte[] jpeg(byte[] jpeg, Origin origin) {
        demand(jpeg.length >= 4 && (jpeg[0] & 255) == 0xff && (jpeg[1] & 255) == 0xd8, "JPEG");
        byte[] name = (JPEG_NAME + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] packet = Xmp.packet(origin);
        int length = name.length + packet.length;
        if (length > MOST_OF_A_SEGMENT) {
            throw new IllegalArgumentException(
                    "a JPEG has room for " + MOST_OF_A_SEGMENT + " bytes of metadata, and the request takes " + length
                            + ": ask for fewer edits, or another format");
        }
        ByteBuffer segment = ByteBuffer.allocate(4 + length)
                .put((byte) 0xff)
                .put((byte) 0xe1)
                .putShort((short) (2 + length))
                .put(name)
                .put(packet);
        boolean jfif = (jpeg[2] & 255) == 0xff && (jpeg[3] & 255) == 0xe0 && jpeg.length >= 6;
        int at = jfif ? 4 + ((jpeg[4] & 255) << 8 | jpeg[5] & 255) : 2;
        demand(at <= jpeg.length, "JPEG");
        return inserted(jpeg, at, segment.array());
    }

    /** A WebP with a chunk XMP at its end, and the header VP8X that says so (RFC 9649, 2.7). */
    public static byte[] webp(byte[] webp, Origin origin) {
        demand(webp.length >= 30 && tag(webp, 0).equals("RIFF") && tag(webp, 8).equals("WEBP"), "WebP");
        var made = new ByteArrayOutputStream(webp.length + 2048);
        made.write(webp, 0, 12);
        if (tag(webp, 12).equals("VP8X")) {
            made.write(webp, 12, webp.length - 12);
        } else {
            made.writeBytes(extended(webp));
            made.write(webp, 12, webp.length - 12);
        }
        made.writeBytes(webpChunk(origin));
        byte[] marked = made.toByteArray();
        marked[20] |= WEBP_XMP;
        ByteBuffer.wrap(marked).order(ByteOrder.LITTLE_ENDIAN).putInt(4, marked.length - 8);
        return marked;
    }

    static byte[] webpChunk(Origin origin) {
        byte[] packet = Xmp.packet(origin);
        return ByteBuffer.allocate(8 + packet.length + (packet.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("XMP ".getBytes(StandardCharsets.US_ASCII))
                .putInt(packet.length)
                .put(packet)
                .array();
    }

    /** The header of a WebP that has none of its own; its size is that of the pixels, VP8 (RFC 6386, 9.1) or VP8L. */
    private static byte[] extended(byte[] webp) {
        ByteBuffer bits = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        boolean lossless = tag(webp, 12).equals("VP8L");
        demand(lossless || tag(webp, 12).equals("VP8 "), "WebP");
        int size = bits.getInt(21); // VP8L: 14 bits of width less 1, 14 of height less 1, whether there is alpha
        int width = lossless ? size & 0x3fff : (bits.getShort(26) & 0x3fff) - 1;
        int height = lossless ? size >> 14 & 0x3fff : (bits.getShort(28) & 0x3fff) - 1;
        int flags = lossless && (size >> 28 & 1) == 1 ? WEBP_ALPHA : 0;
        return ByteBuffer.allocate(18)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("VP8X".getBytes(StandardCharsets.US_ASCII))
                .putInt(10)
                .putInt(flags)
                .put(of24(width))
                .put(of24(height))
                .array();
    }

    private static byte[] of24(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
    }

    /**
     * The beginning of a GIF, with an application extension behind its header and its colours. A packet is in no blocks, so
     * behind it stands what leads whoever takes it for blocks to its end (ISO 16684-1's "magic trailer").
     *
     * @param begun all until now, the header at least
     */
    public static byte[] gif(byte[] begun, Origin origin) {
        demand(begun.length >= 13 && tag(begun, 0).equals("GIF8"), "GIF");
        var extension = new ByteArrayOutputStream();
        extension.write(0x21);
        extension.write(0xff);
        extension.write(GIF_NAME.length());
        extension.writeBytes(GIF_NAME.getBytes(StandardCharsets.US_ASCII));
        extension.writeBytes(Xmp.packet(origin));
        extension.write(1);
        for (int i = 255; i >= 0; i--) {
            extension.write(i);
        }
        extension.write(0);
        int at = 13 + gifColours(begun[10]);
        demand(at <= begun.length, "GIF");
        return inserted(begun, at, extension.toByteArray());
    }

    /** Bytes of the colours that a header or a picture of a GIF announces. */
    static int gifColours(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /** Marks an animated WebP in its file; where the picture does not move, it is small. */
    public static void webp(Path file, Origin origin) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] head = new byte[30];
            open.readFully(head);
            if (!tag(head, 12).equals("VP8X")) {
                byte[] marked = webp(Files.readAllBytes(file), origin);
                open.seek(0);
                open.write(marked);
                return;
            }
            open.seek(open.length());
            open.write(webpChunk(origin));
            head[20] |= WEBP_XMP;
            ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(4, (int) (open.length() - 8));
            open.seek(0);
            open.write(head);
        }
    }

    private static byte[] inserted(byte[] all, int at, byte[] part) {
        byte[] made = Arrays.copyOf(all, all.length + part.length);
        System.arraycopy(part, 0, made, at, part.length);
        System.arraycopy(all, at, made, at + part.length, all.length - at);
        return made;
    }

    private static String tag(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }

    private static void demand(boolean right, String format) {
        if (!right) {
            throw new IllegalArgumentException("what is to be marked as a " + format + " is none");
        }
    }
}
