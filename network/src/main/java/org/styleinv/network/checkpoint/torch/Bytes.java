package org.styleinv.network.checkpoint.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Bytes of a file that are read when asked for, so that a checkpoint larger than the heap can be walked. */
interface Bytes {
    long length();

    /** Some of the bytes, little-endian, from position 0; both ends were checked. */
    ByteBuffer read(long offset, long count) throws IOException;

    /** All bytes. */
    default ByteBuffer read() throws IOException {
        return read(0, length());
    }

    /** Bytes that lie in {@code buffer}, a mapped file as a rule. */
    static Bytes of(ByteBuffer buffer) {
        ByteBuffer all = buffer.slice();
        return new Bytes() {
            @Override
            public long length() {
                return all.limit();
            }

            @Override
            public ByteBuffer read(long offset, long count) {
                return all.slice(Math.toIntExact(offset), Math.toIntExact(count))
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }

    /** Part of these bytes; both ends were checked. */
    default Bytes slice(long from, long length) {
        Bytes whole = this;
        return new Bytes() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public ByteBuffer read(long offset, long count) throws IOException {
                return whole.read(from + offset, count);
            }
        };
    }
}
