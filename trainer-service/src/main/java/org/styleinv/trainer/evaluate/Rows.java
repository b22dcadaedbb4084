package org.styleinv.trainer.evaluate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;

/**
 * Rows of numbers that take long to make, in a file that whoever was stopped goes on with: row {@code i} is a function of the
 * file's key and {@code i}. Each row carries a checksum; what a crash left behind the last whole row is made again.
 */
public final class Rows implements AutoCloseable {
    private static final int CHECK = Integer.BYTES;

    private final Path file;
    private final FileChannel channel;
    private final int width;
    private long rows;

    /** Makes one row. */
    @FunctionalInterface
    public interface Maker {
        float[] row(long index) throws IOException;
    }

    private Rows(Path file, FileChannel channel, int width) throws IOException {
        this.file = file;
        this.channel = channel;
        this.width = width;
        while (rows < channel.size() / rowBytes() && get(rows) != null) {
            rows++;
        }
        channel.truncate(rows * rowBytes());
    }

    /**
     * Opens what is there of some rows.
     *
     * @param kind what they are, for the file's name
     * @param key all that they depend on
     * @param width numbers in a row
     */
    public static Rows open(Path folder, String kind, String key, int width) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(
                kind + "-" + Digests.of(key, Integer.toString(width)).substring(0, 16) + ".rows");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (lock(channel) == null) {
                throw new FileRefused(
                        file + " is being written by another evaluation: wait for it, or give another --cache");
            }
            return new Rows(file, channel, width);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) { // held by this very process
            return null;
        }
    }

    /** Makes the rows up to {@code count} that are missing. */
    public void fill(long count, Maker maker, Eta eta) throws IOException {
        fillBatches(count, index -> new float[][] {maker.row(index)}, eta);
    }

    /** Makes some rows at once. */
    @FunctionalInterface
    public interface BatchMaker {
        /** Rows from {@code first} on; the last batch may be smaller. */
        float[][] rows(long first) throws IOException;
    }

    /** The same, several rows at once. */
    public void fillBatches(long count, BatchMaker maker, Eta eta) throws IOException {
        eta.begin(rows, count);
        while (rows < count) {
            float[][] more = maker.rows(rows);
            for (float[] row : more) {
                if (row.length != width) {
                    throw new IllegalStateException(
                            "a row of " + file + " has " + row.length + " values, not " + width);
                }
            }
            append(more);
            eta.at(rows, count);
        }
    }

    private void append(float[]... more) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(more.length * rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : more) {
            int start = bytes.position();
            for (float value : row) {
                bytes.putFloat(value);
            }
            CRC32 crc = new CRC32();
            crc.update(bytes.array(), start, bytes.position() - start);
            bytes.putInt(~(int) crc.getValue()); // so that zeros, which a power cut leaves, are no row
        }
        bytes.flip();
        long at = rows * rowBytes();
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        rows += more.length;
    }

    /** Whole rows that are there. */
    public long count() {
        return rows;
    }

    /** @throws IOException where the file was damaged since it was opened */
    public float[] row(long index) throws IOException {
        float[] row = get(index);
        if (row == null) {
            throw new FileRefused(file + " is damaged at row " + index + ": delete it, it will be made again");
        }
        return row;
    }

    /** The first rows. */
    public float[][] all(int count) throws IOException {
        float[][] all = new float[count][];
        for (int i = 0; i < count; i++) {
            all[i] = row(i);
        }
        return all;
    }

    private float @Nullable [] get(long index) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(rowBytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && channel.read(bytes, index * rowBytes() + bytes.position()) >= 0) {}
        if (bytes.hasRemaining()) {
            return null;
        }
        CRC32 crc = new CRC32();
        crc.update(bytes.array(), 0, rowBytes() - CHECK);
        float[] row = new float[width];
        bytes.flip();
        bytes.asFloatBuffer().get(row);
        return bytes.getInt(rowBytes() - CHECK) == ~(int) crc.getValue() ? row : null;
    }

    private int rowBytes() {
        return width * Float.BYTES + CHECK;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
