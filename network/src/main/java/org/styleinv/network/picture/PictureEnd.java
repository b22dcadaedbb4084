package org.styleinv.network.picture;

import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Whether a file goes on to its last pixel, for the kinds whose readers paint what is missing black. */
final class PictureEnd {
    private static final int[][] TIFF_PARTS = {
        {ExifIFD0Directory.TAG_STRIP_OFFSETS, ExifIFD0Directory.TAG_STRIP_BYTE_COUNTS}, {0x0144, 0x0145} // and tiles
    };

    private PictureEnd() {}

    /** @throws IOException if it ends before */
    static void check(PictureKind kind, byte[] data, Metadata notes) throws IOException {
        long end =
                switch (kind) {
                    case WEBP -> 8 + number(data, 4);
                    case BMP -> bmp(data);
                    case TIFF -> tiff(notes);
                    default -> 0; // their readers say so
                };
        if (end > data.length) {
            throw new IOException("it ends before its last pixel: it has " + data.length + " of " + end + " bytes");
        }
    }

    private static long number(byte[] data, int at) {
        return data.length < at + 4
                ? Long.MAX_VALUE
                : ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).getInt(at) & 0xffffffffL;
    }

    /** Where the pixels end where they are not packed; what the header says of the file's length is often wrong. */
    private static long bmp(byte[] data) {
        if (data.length < 34 || number(data, 14) < 40 || number(data, 30) != 0) {
            return 0; // too short for its own reader, of OS/2's kind, or packed
        }
        long bits = number(data, 28) & 0xffff;
        long row = (number(data, 18) * bits + 31) / 32 * 4;
        return number(data, 10) + row * Math.abs((int) number(data, 22));
    }

    private static long tiff(Metadata notes) {
        long end = 0;
        ExifIFD0Directory first = notes.getFirstDirectoryOfType(ExifIFD0Directory.class);
        for (int[] tags : TIFF_PARTS) {
            int[] offsets = first == null ? null : first.getIntArray(tags[0]);
            int[] counts = first == null ? null : first.getIntArray(tags[1]);
            for (int i = 0; offsets != null && counts != null && i < Math.min(offsets.length, counts.length); i++) {
                end = Math.max(end, (offsets[i] & 0xffffffffL) + (counts[i] & 0xffffffffL));
            }
        }
        return end;
    }
}
