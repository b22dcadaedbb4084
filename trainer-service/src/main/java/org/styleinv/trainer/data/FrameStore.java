package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Decoded frames outside the Java heap, in a file that is mapped into memory: the system keeps in memory what
 * there is room for. First frames are added, from any threads; then, after {@link #map}, they are read, from any threads.
 */
final class FrameStore implements AutoCloseable {
    private static final long LARGEST_MAP = 1 << 30; // a MappedByteBuffer ends at 2 GiB; half of it is easier to place

    private final int frameBytes;
    private final Path file;
    private final FileChannel scratch;
    private final AtomicLong slots = new AtomicLong();
    private final int framesPerMap;
    private MappedByteBuffer[] maps = {};
    private boolean kept;

    private FrameStore(Path file, FileChannel scratch, int frameBytes) {
        this.file = file;
        this.scratch = scratch;
        this.frameBytes = frameBytes;
        framesPerMap = (int) (LARGEST_MAP / frameBytes);
    }

    /** A store that goes when it is closed, or with the process. */
    static FrameStore temporary(int frameBytes) throws IOException {
        Path file = Files.createTempFile("styleinv-frames-", ".rgb");
        // deleted when closed and, where the system can, from the directory at once: a killed process leaves nothing
        return new FrameStore(
                file,
                FileChannel.open(
                        file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE),
                frameBytes);
    }

    /** A store in {@code folder} that stays if it is kept. */
    static FrameStore in(Path folder, int frameBytes) throws IOException {
        Path file = Files.createTempFile(folder, "frames-", ".rgb");
        return new FrameStore(
                file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE), frameBytes);
    }

    /** The store that was kept as {@code file}, to be read only. */
    static FrameStore of(Path file, long count, int frameBytes) throws IOException {
        var store = new FrameStore(file, FileChannel.open(file, StandardOpenOption.READ), frameBytes);
        store.slots.set(count);
        store.kept = true;
        return store;
    }

    /** Where temporary ones lie. */
    static Path folder() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /**
     * Refuses a data set for which there is no room, before hours go into decoding it.
     *
     * @param frames at least this many
     */
    static void check(Path data, long frames, int resolution, Path folder, long free) throws IOException {
        long wanted = frames * 3 * resolution * resolution;
        if (wanted > free) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "the %,d frames of %s take %s as they are read at %d x %d, but %s has only %s left:"
                            + " free some space, choose another folder with --cache DIR or -Djava.io.tmpdir=DIR"
                            + " (STYLEINV_JAVA_OPTS), or import them at fewer frames a second (dataset import --fps)",
                    frames,
                    data,
                    size(wanted),
                    resolution,
                    resolution,
                    folder,
                    size(free)));
        }
    }

    static String size(long bytes) {
        return bytes < 1e9
                ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    Path file() {
        return file;
    }

    /** Adds a frame; returns the slot it is read from. */
    long add(byte[] frame) throws IOException {
        long slot = slots.getAndIncrement();
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        long position = slot * frameBytes;
        try {
            while (buffer.hasRemaining()) {
                position += scratch.write(buffer, position);
            }
        } catch (IOException e) {
            throw new IOException(
                    "cannot keep decoded frames in " + file.getParent() + " (" + e.getMessage()
                            + "): free some space, or choose another folder with --cache or -Djava.io.tmpdir",
                    e);
        }
        return slot;
    }

    /** All that was added is on the disk when this returns. */
    void force() throws IOException {
        scratch.force(true);
    }

    /** The file stays when this is closed. */
    void keep() {
        kept = true;
    }

    /** From now on frames are read. */
    void map() throws IOException {
        long count = slots.get();
        maps = new MappedByteBuffer[(int) ((count + framesPerMap - 1) / framesPerMap)];
        for (int i = 0; i < maps.length; i++) {
            long start = (long) i * framesPerMap;
            maps[i] = scratch.map(
                    FileChannel.MapMode.READ_ONLY,
                    start * frameBytes,
                    Math.min(framesPerMap, count - start) * frameBytes);
        }
    }

    byte[] read(long slot) {
        var bytes = new byte[frameBytes];
        maps[(int) (slot / framesPerMap)].get((int) (slot % framesPerMap) * frameBytes, bytes);
        return bytes;
    }

    /** Gives the file back unless it is kept; no frame may be read any more. */
    @Override
    public void close() throws IOException {
        scratch.close();
        if (!kept) {
            Files.deleteIfExists(file);
        }
    }
}
