package org.styleinv.network;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The safetensors file format, float32 only: eight bytes of header length, a JSON header that gives each tensor's type,
 * shape and place, then the values, little-endian. A damaged file is refused by a sentence that names it.
 */
final class SafeTensors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_HEADER = 100_000_000; // the format's own limit

    /** One tensor's values. */
    record Tensor(long[] shape, float[] values) {}

    /** What is done with each tensor, in the order of the file. */
    interface Reader {
        void read(String name, Tensor tensor) throws IOException;
    }

    private SafeTensors() {}

    /** Writes beside {@code file}, then moves in place: readers see the old file or the new one. */
    static void write(Path file, Map<String, NDArray> arrays) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            NDArray array = entry.getValue();
            if (array.getDataType() != DataType.FLOAT32) {
                throw new IllegalArgumentException(
                        entry.getKey() + " is " + array.getDataType() + ", but " + file + " holds float32 only");
            }
            ObjectNode tensor = header.putObject(entry.getKey());
            tensor.put("dtype", "F32");
            Arrays.stream(array.getShape().getShape()).forEach(tensor.putArray("shape")::add);
            long end = offset + 4 * array.size();
            tensor.putArray("data_offsets").add(offset).add(end);
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
                for (NDArray array : arrays.values()) {
                    float[] values = array.toFloatArray();
                    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                    bytes.asFloatBuffer().put(values);
                    writeAll(channel, bytes);
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

    private record Entry(String name, long[] shape, long begin, int size) {}

    /** Reads all tensors in turn; only one is in memory at a time. */
    static void read(Path file, Reader reader) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ)) {
            long size = channel.size();
            long length = size < 8 ? -1 : read(file, channel, 0, 8).getLong();
            if (length < 2 || length > Math.min(size - 8, MAX_HEADER)) {
                throw new IOException(
                        file + " is not a safetensors file: its header length does not fit its " + size + " bytes");
            }
            List<Entry> entries = header(file, read(file, channel, 8, (int) length), size - 8 - length);
            for (Entry entry : entries) {
                float[] values = new float[entry.size()];
                read(file, channel, 8 + length + entry.begin(), 4 * entry.size())
                        .asFloatBuffer()
                        .get(values);
                reader.read(entry.name(), new Tensor(entry.shape(), values));
            }
        }
    }

    private static List<Entry> header(Path file, ByteBuffer bytes, long dataSize) throws IOException {
        JsonNode header;
        try {
            header = JSON.readTree(StandardCharsets.UTF_8.decode(bytes).toString());
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not a safetensors file: its header is not JSON", e);
        }
        List<Entry> entries = new ArrayList<>();
        for (Iterator<Map.Entry<String, JsonNode>> fields = header.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            if (field.getKey().equals("__metadata__")) {
                continue;
            }
            String tensor = file + ": tensor " + field.getKey();
            String type = field.getValue().path("dtype").asText();
            if (!type.equals("F32")) {
                throw new IOException(tensor + " is of type " + type + ", but only F32 is read");
            }
            List<Long> shape = new ArrayList<>();
            field.getValue().path("shape").forEach(side -> shape.add(side.asLong(-1)));
            long[] sides = shape.stream().mapToLong(Long::longValue).toArray();
            long begin = field.getValue().path("data_offsets").path(0).asLong(-1);
            long end = field.getValue().path("data_offsets").path(1).asLong(-1);
            long bytesOfShape = 4;
            for (long side : sides) {
                bytesOfShape = side < 0 || bytesOfShape > dataSize ? -1 : bytesOfShape * side;
                if (bytesOfShape < 0 || bytesOfShape > dataSize) {
                    break;
                }
            }
            if (begin < 0 || end > dataSize || end - begin != bytesOfShape || bytesOfShape > Integer.MAX_VALUE) {
                throw new IOException(tensor + " of shape " + Arrays.toString(sides) + " does not fit its place, bytes "
                        + begin + " to " + end + " of " + dataSize);
            }
            entries.add(new Entry(field.getKey(), sides, begin, (int) (bytesOfShape / 4)));
        }
        return entries;
    }

    private static ByteBuffer read(Path file, FileChannel channel, long from, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new IOException(file + " ends early");
            }
        }
        return bytes.flip();
    }
}
