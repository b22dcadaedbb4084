package org.styleinv.trainer.data.file;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Tells a GIF that moves from a still one: by its blocks, no pixel is decoded. */
public final class Gif {
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2C;

    private Gif() {}

    /** Whether it has a second image. One that is damaged before that does not. */
    public static boolean moves(DataFile file) throws IOException {
        try (InputStream in = new BufferedInputStream(file.open())) {
            in.skipNBytes(10); // signature, width, height
            table(in, in.read());
            in.skipNBytes(2); // background and pixel aspect stand before the table, but all is passed by
            for (int images = 0; images < 2; ) {
                int block = in.read();
                if (block == IMAGE) {
                    images++;
                    in.skipNBytes(8); // left, top, width, height
                    table(in, in.read());
                } else if (block != EXTENSION) {
                    return false; // the end, or damage
                }
                in.skipNBytes(1); // the extension's label, or the code size
                for (int length = in.read(); length > 0; length = in.read()) {
                    in.skipNBytes(length);
                }
            }
            return true;
        } catch (EOFException e) {
            return false;
        }
    }

    private static void table(InputStream in, int flags) throws IOException {
        if (flags >= 0 && (flags & 0x80) != 0) {
            in.skipNBytes(3L << (flags & 7) + 1);
        }
    }
}
