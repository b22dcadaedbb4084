package org.styleinv.video.provenance;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file, a little of it at a time. */
final class Bytes implements AutoCloseable {
    private final FileChannel channel;
    private final long size;

    Bytes(Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        size = channel.size();
    }

    long size() {
        return size;
    }

    /** Whether these bytes are there. */
    boolean has(long at, long count) {
        return at >= 0 && count >= 0 && count <= size - at;
    }

    byte[] read(long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
        return bytes.array();
    }

    ByteBuffer buffer(long at, int count) throws IOException {
        return ByteBuffer.wrap(read(at, count));
    }

    int unsigned(long at) throws IOException {
        return read(at, 1)[0] & 255;
    }

    String text(long at, int count) throws IOException {
        return new String(read(at, count), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
