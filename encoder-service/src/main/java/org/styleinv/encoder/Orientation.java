package org.styleinv.encoder;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a camera was held: EXIF 2.32, tag 0x0112 of the first directory. */
final class Orientation {
    private static final int TAG = 0x0112;

    private Orientation() {}

    /** 1 to 8; 1, as the pixels are stored, also where the JPEG says nothing or nonsense. */
    static int of(byte[] jpeg) {
        try {
            ByteBuffer in = ByteBuffer.wrap(jpeg);
            in.getShort();
            while (true) {
                int marker = in.getShort() & 0xffff;
                int length = in.getShort() & 0xffff;
                if (marker < 0xffc0 || marker == 0xffda || length < 2) {
                    return 1;
                }
                ByteBuffer segment = in.slice(in.position(), length - 2);
                if (marker == 0xffe1 && length > 16 && segment.getInt() == 0x45786966) { // "Exif"
                    segment.getShort();
                    return directory(segment.slice());
                }
                in.position(in.position() + length - 2);
            }
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return 1; // a damaged note does not spoil the picture
        }
    }

    private static int directory(ByteBuffer tiff) {
        tiff.order(tiff.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int at = tiff.getInt(4);
        int entries = tiff.getShort(at) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = at + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xffff) == TAG) {
                int value = tiff.getShort(entry + 8) & 0xffff;
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }
}
