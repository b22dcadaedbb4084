package org.styleinv.network.file;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.styleinv.network.file.SafeTensorsHeader.Place;

/**
 * The safetensors file format: eight bytes of header length, a JSON header that gives each tensor's type, shape and
 * place, then the values, little-endian. A damaged file is refused by a sentence that names it; one tensor at a time is
 * in memory.
 */
public final class SafeTensors {
    /** What a tensor is made of. Weights are F32; the others are what published files hold. */
    public enum Type {
        F32(4, true),
        F16(2, true),
        BF16(2, true),
        F64(8, true),
        I64(8, false),
        I32(4, false),
        I16(2, false),
        I8(1, false),
        U8(1, false),
        BOOL(1, false);

        private final int size;
        private final boolean floating;

        Type(int size, boolean floating) {
            this.size = size;
            this.floating = floating;
        }

        /** Bytes of one value. */
        public int size() {
            return size;
        }

        /** Whether a weight may be of it. */
        public boolean isFloating() {
            return floating;
        }
    }

    /** Name, type and shape of a tensor. */
    public record Entry(String name, Type type, long[] shape) {
        /** Bytes of all values. */
        public long bytes() {
            return Math.multiplyExact(type.size(), Arrays.stream(shape).reduce(1, Math::multiplyExact));
        }

        @Override
        public String toString() {
            return name + " " + type + Arrays.toString(shape);
        }
    }

    /** Where the values of a tensor come from when they are written: little-endian, in C order. */
    @FunctionalInterface
    public interface Values {
        ByteBuffer read() throws IOException;
    }

    /** A tensor to write. */
    public record Source(Entry entry, Values values) {}

    /** What is done with each tensor, in the order of the file. */
    @FunctionalInterface
    public interface Reader {
        void read(Entry entry, ByteBuffer values) throws IOException;
    }

    private SafeTensors() {}

    /** Writes beside {@code file}, then moves in place: readers see the old file or the new one. */
    public static void write(Path file, List<Source> tensors) throws IOException {
        write(file, tensors, Map.of());
    }

    /** As the other, with something to say beside the tensors. */
    public static void write(Path file, List<Source> tensors, Map<String, String> metadata) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(temporary, CREATE_NEW, WRITE)) {
                writeAll(file, channel, SafeTensorsHeader.write(tensors, metadata));
                for (Source tensor : tensors) {
                    writeAll(file, channel, tensor.values().read());
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void writeAll(Path file, FileChannel channel, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw WholeFile.unwritable(file, e);
        }
    }

    /** Whether a file begins as this format does. */
    public static boolean isOne(Path file) throws IOException {
        try (FileChannel channel = RegularFile.open(file)) {
            if (channel.size() < 10) {
                return false;
            }
            ByteBuffer start = read(file, channel, 0, 9);
            long length = start.getLong();
            return length >= 2 && length <= SafeTensorsHeader.LONGEST && start.get() == '{';
        }
    }

    /** What tensors a file has; their values stay on disk. */
    public static List<Entry> list(Path file) throws IOException {
        try (FileChannel channel = RegularFile.open(file)) {
            return header(file, channel).places().stream().map(Place::entry).toList();
        }
    }

    /** What the writer of a file said beside its tensors. */
    public static Map<String, String> metadata(Path file) throws IOException {
        try (FileChannel channel = RegularFile.open(file)) {
            return header(file, channel).metadata();
        }
    }

    /** Reads all tensors in turn. */
    public static void read(Path file, Reader reader) throws IOException {
        try (FileChannel channel = RegularFile.open(file)) {
            long values = values(file, channel);
            for (Place place : header(file, channel).places()) {
                reader.read(place.entry(), read(file, channel, values, place));
            }
        }
    }

    /** All tensors, to be written elsewhere; each is read when it is asked for. */
    public static List<Source> sources(Path file) throws IOException {
        try (FileChannel channel = RegularFile.open(file)) {
            long values = values(file, channel);
            return header(file, channel).places().stream()
                    .map(place -> new Source(place.entry(), () -> {
                        try (FileChannel again = RegularFile.open(file)) {
                            return read(file, again, values, place);
                        }
                    }))
                    .toList();
        }
    }

    private static SafeTensorsHeader header(Path file, FileChannel channel) throws IOException {
        long values = values(file, channel);
        return SafeTensorsHeader.read(file, read(file, channel, 8, (int) values - 8), channel.size() - values);
    }

    /** Where the values begin. */
    private static long values(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        long length = size < 8 ? -1 : read(file, channel, 0, 8).getLong();
        if (length < 2 || length > Math.min(size - 8, SafeTensorsHeader.LONGEST)) {
            throw new FileRefused(
                    file + " is not a safetensors file: its header length does not fit its " + size + " bytes");
        }
        return 8 + length;
    }

    private static ByteBuffer read(Path file, FileChannel channel, long values, Place place) throws IOException {
        return read(file, channel, values + place.begin(), (int) place.entry().bytes());
    }

    private static ByteBuffer read(Path file, FileChannel channel, long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, from + bytes.position()) < 0) {
                    throw new FileRefused(file + " ends early");
                }
            }
        } catch (IOException e) {
            throw RegularFile.unreadable(file, e);
        }
        return bytes.flip();
    }
}
