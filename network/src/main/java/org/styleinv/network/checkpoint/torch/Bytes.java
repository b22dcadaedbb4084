package org.styleinv.network.checkpoint.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes of a file that are read when asked for, so that a checkpoint larger than the heap can be walked. */
interface Bytes {
    long length();

    /** The bytes, little-endian, from position 0. */
    ByteBuffer read() throws IOException;

    /** Bytes that lie in {@code buffer}, a mapped file as a rule. */
    static Bytes of(ByteBuffer buffer) {
        ByteBuffer all = buffer.slice();
        return new Bytes() {
            @Override
            public long length() {
                return all.limit();
            }

            @Override
            public ByteBuffer read() {
                return all.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }

    /** Part of these bytes; both ends were checked. */
    default Bytes slice(long offset, long length) {
        Bytes whole = this;
        return new Bytes() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public ByteBuffer read() throws IOException {
                return whole.read()
                        .slice(Math.toIntExact(offset), Math.toIntExact(length))
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }
}
