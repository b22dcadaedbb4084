package org.styleinv.encoder;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a JPEG says before its pixels.
 *
 * @param components 1 for grey, 3 for colour, 4 for print colours; 0 where the file does not say
 * @param orientation how the camera was held, 1 to 8, 1 = as stored; EXIF 2.32, tag 0x0112 of the first directory
 */
record JpegHeader(int components, int orientation) {
    private static final int EXIF = 0x45786966;
    private static final int ORIENTATION = 0x0112;

    /** Reads what is there; damage in these notes does not spoil the picture. */
    static JpegHeader of(byte[] jpeg) {
        int components = 0;
        int orientation = 1;
        try {
            ByteBuffer in = ByteBuffer.wrap(jpeg);
            in.position(2); // start of image
            while (components == 0) {
                int marker = in.getShort() & 0xffff;
                int length = in.getShort() & 0xffff;
                if (marker < 0xffc0 || marker == 0xffda || length < 2) {
                    break;
                }
                ByteBuffer segment = in.slice(in.position(), length - 2);
                if (marker == 0xffe1 && length > 16 && segment.getInt(0) == EXIF) {
                    orientation = directory(segment.slice(6, length - 8));
                } else if (marker <= 0xffcf
                        && marker != 0xffc4
                        && marker != 0xffc8
                        && marker != 0xffcc) { // start of frame
                    components = segment.get(5) & 0xff;
                }
                in.position(in.position() + length - 2);
            }
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return new JpegHeader(components, orientation);
        }
        return new JpegHeader(components, orientation);
    }

    private static int directory(ByteBuffer tiff) {
        tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int at = tiff.getInt(4);
        int entries = tiff.getShort(at) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = at + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xffff) == ORIENTATION) {
                int value = tiff.getShort(entry + 8) & 0xffff;
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }
}
