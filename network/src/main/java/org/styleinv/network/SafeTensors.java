package org.styleinv.network;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The safetensors file format: eight bytes of header length, a JSON header that gives each tensor's type, shape and
 * place, then the values, little-endian. Types are F32 and, for counters, I64. A damaged file is refused by a sentence
 * that names it; one tensor at a time is in memory.
 */
public final class SafeTensors {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int MAX_HEADER = 16 << 20; // a real one has some 100 bytes a tensor

    /** What a tensor is made of. */
    public enum Type {
        F32(4),
        I64(8);

        private final int size;

        Type(int size) {
            this.size = size;
        }

        /** Bytes of one value. */
        public int size() {
            return size;
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

    private record Place(Entry entry, long begin) {}

    private SafeTensors() {}

    /** Writes beside {@code file}, then moves in place: readers see the old file or the new one. */
    public static void write(Path file, List<Source> tensors) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Source tensor : tensors) {
            ObjectNode place = header.putObject(tensor.entry().name());
            place.put("dtype", tensor.entry().type().name());
            Arrays.stream(tensor.entry().shape()).forEach(place.putArray("shape")::add);
            long end = offset + tensor.entry().bytes();
            place.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = JSON.writeValueAsBytes(header);
        int padded = (text.length + 7) / 8 * 8; // values start aligned
        ByteBuffer head = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
        head.putLong(padded).put(text);
        while (head.hasRemaining()) {
            head.put((byte) ' ');
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(temporary, CREATE, WRITE, TRUNCATE_EXISTING)) {
                writeAll(channel, head.flip());
                for (Source tensor : tensors) {
                    writeAll(channel, tensor.values().read());
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** What tensors a file has; their values stay on disk. */
    public static List<Entry> list(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            return places(file, channel).stream().map(Place::entry).toList();
        }
    }

    /** Reads all tensors in turn. */
    public static void read(Path file, Reader reader) throws IOException {
        try (FileChannel channel = open(file)) {
            for (Place place : places(file, channel)) {
                reader.read(place.entry(), read(file, channel, place));
            }
        }
    }

    /** The values of one tensor, for a {@link Source}. */
    public static Values values(Path file, String name) {
        return () -> {
            try (FileChannel channel = open(file)) {
                for (Place place : places(file, channel)) {
                    if (place.entry().name().equals(name)) {
                        return read(file, channel, place);
                    }
                }
                throw new FileRefused(file + " has no tensor " + name);
            }
        };
    }

    private static FileChannel open(Path file) throws IOException {
        try {
            return FileChannel.open(file, READ);
        } catch (NoSuchFileException e) {
            throw new FileRefused(file + " is missing", e);
        }
    }

    private static List<Place> places(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        long length = size < 8 ? -1 : read(file, channel, 0, 8).getLong();
        if (length < 2 || length > Math.min(size - 8, MAX_HEADER)) {
            throw new FileRefused(
                    file + " is not a safetensors file: its header length does not fit its " + size + " bytes");
        }
        List<Place> places = places(file, read(file, channel, 8, (int) length), size - 8 - length);
        places.replaceAll(place -> new Place(place.entry(), 8 + length + place.begin()));
        return places;
    }

    private static List<Place> places(Path file, ByteBuffer bytes, long dataSize) throws IOException {
        JsonNode header;
        try {
            header = JSON.readTree(StandardCharsets.UTF_8.decode(bytes).toString());
        } catch (JsonProcessingException e) {
            throw new FileRefused(file + " is not a safetensors file: its header is not JSON", e);
        }
        if (!header.isObject()) {
            throw new FileRefused(file + " is not a safetensors file: its header is no JSON object");
        }
        List<Place> places = new ArrayList<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = header.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (!field.getKey().equals("__metadata__")) {
                places.add(place(file + ": tensor " + field.getKey(), field.getKey(), field.getValue(), dataSize));
            }
        }
        // Each byte belongs to one tensor, as the format says; so tensors cannot be larger than their file.
        places.sort(Comparator.comparingLong(Place::begin));
        long end = 0;
        for (Place place : places) {
            if (place.begin() != end) {
                throw new FileRefused(file + ": tensor " + place.entry().name() + " begins at byte " + place.begin()
                        + " of the values, but the one before it ends at " + end);
            }
            end += place.entry().bytes();
        }
        if (end != dataSize) {
            throw new FileRefused(file + " has " + dataSize + " bytes of values, but its tensors take " + end);
        }
        return places;
    }

    private static Place place(String tensor, String name, JsonNode value, long dataSize) throws IOException {
        String typeName = value.path("dtype").asText();
        Type type = Arrays.stream(Type.values())
                .filter(known -> known.name().equals(typeName))
                .findFirst()
                .orElseThrow(() -> new FileRefused(
                        tensor + " is of type " + typeName + ", but only F32 and I64 are read; convert it to F32"));
        List<Long> shape = new ArrayList<>();
        value.path("shape").forEach(side -> shape.add(side.asLong(-1)));
        long[] sides = shape.stream().mapToLong(Long::longValue).toArray();
        long begin = value.path("data_offsets").path(0).asLong(-1);
        long end = value.path("data_offsets").path(1).asLong(-1);
        if (begin < 0 || end > dataSize || end - begin != bytes(type, sides) || end - begin > Integer.MAX_VALUE - 8) {
            throw new FileRefused(tensor + " of shape " + Arrays.toString(sides) + " does not fit its place, bytes "
                    + begin + " to " + end + " of " + dataSize);
        }
        return new Place(new Entry(name, type, sides), begin);
    }

    /** Bytes of a shape, -1 where a side is negative or the product is too large. */
    private static long bytes(Type type, long[] sides) {
        try {
            return Arrays.stream(sides).anyMatch(side -> side < 0) ? -1 : new Entry("", type, sides).bytes();
        } catch (ArithmeticException e) {
            return -1;
        }
    }

    private static ByteBuffer read(Path file, FileChannel channel, Place place) throws IOException {
        return read(file, channel, place.begin(), (int) place.entry().bytes());
    }

    private static ByteBuffer read(Path file, FileChannel channel, long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new FileRefused(file + " ends early");
            }
        }
        return bytes.flip();
    }
}
