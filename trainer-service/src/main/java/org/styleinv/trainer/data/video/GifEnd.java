package org.styleinv.trainer.data.video;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a GIF goes on to its trailer: it says nowhere how long it is. The blocks are those of GIF89a, appendix A. */
final class GifEnd {
    private static final int EXTENSION = 0x21;
    private static final int PICTURE = 0x2c;

    private GifEnd() {}

    static boolean isReached(Path gif) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(gif)))) {
            in.skipNBytes(10); // signature and size of the screen
            int screen = in.readUnsignedByte();
            in.skipNBytes(2 + colours(screen));
            while (true) {
                int block = in.readUnsignedByte();
                if (block == EXTENSION) {
                    in.skipNBytes(1);
                } else if (block == PICTURE) {
                    in.skipNBytes(8);
                    in.skipNBytes(colours(in.readUnsignedByte()) + 1); // and the size of a code
                } else {
                    return true; // the trailer, or what viewers take for one
                }
                for (int size = in.readUnsignedByte(); size > 0; size = in.readUnsignedByte()) {
                    in.skipNBytes(size);
                }
            }
        } catch (EOFException e) {
            return false;
        }
    }

    /** Bytes of the table of colours that {@code flags} announce. */
    private static long colours(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3L << (flags & 7) + 1;
    }
}
