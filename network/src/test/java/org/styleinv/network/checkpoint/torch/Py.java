package org.styleinv.network.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Python's objects, to be written by {@link PickleWriter}: maps, lists, {@code Object[]} for tuples, and what is here. */
public final class Py {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);

    /** A class or function. */
    public record Global(String module, String name) {}

    /** What {@code torch.save} writes beside the pickle. */
    public record Persistent(Object[] id) {}

    /** An object: a function's result, or a new instance with its items and state. */
    public record Call(Global function, Object[] arguments, boolean isNew, Map<Object, Object> items, Object state) {}

    private Py() {}

    public static Call call(String module, String name, Object... arguments) {
        return new Call(new Global(module, name), arguments, false, Map.of(), null);
    }

    public static Call instance(String module, String name, Object state) {
        return new Call(new Global(module, name), new Object[0], true, Map.of(), state);
    }

    /** An ordered dictionary, with the attribute that a state dictionary has. */
    public static Call ordered(Map<String, ?> items) {
        return new Call(
                new Global("collections", "OrderedDict"),
                new Object[0],
                false,
                new LinkedHashMap<>(items),
                Map.of("_metadata", Map.of("version", 1)));
    }

    /**
     * Values of another type than float[] and long[] have.
     *
     * @param storage its class in {@code torch}
     * @param size bytes of a value
     */
    public record Raw(String storage, int size, byte[] bytes) {}

    private static int count(Object values) {
        if (values instanceof Raw raw) {
            return raw.bytes().length / raw.size();
        }
        return values instanceof float[] floats ? floats.length : ((long[]) values).length;
    }

    /** A tensor's values: float[], long[] or {@link Raw}. */
    public static byte[] bytes(Object values) {
        if (values instanceof Raw raw) {
            return raw.bytes();
        }
        boolean floats = values instanceof float[];
        int count = floats ? ((float[]) values).length : ((long[]) values).length;
        ByteBuffer bytes = ByteBuffer.allocate((floats ? 4 : 8) * count).order(ByteOrder.LITTLE_ENDIAN);
        if (floats) {
            bytes.asFloatBuffer().put((float[]) values);
        } else {
            bytes.asLongBuffer().put((long[]) values);
        }
        return bytes.array();
    }

    private static Object[] id(String key, Object values, boolean legacy) {
        Global type = new Global(
                "torch",
                values instanceof Raw raw ? raw.storage() : values instanceof float[] ? "FloatStorage" : "LongStorage");
        int count = count(values);
        return legacy
                ? new Object[] {"storage", type, key, "cpu", count, null}
                : new Object[] {"storage", type, key, "cpu", count};
    }

    /** A storage as a pickle holds it: the bytes of a stream of torch.save. */
    public static Call storage(Object values) {
        return call("torch.storage", "_load_from_bytes", (Object)
                stream(new Persistent(id("94", values, true)), Map.of("94", values)));
    }

    /** A storage beside the pickle, in a stream or a zip. */
    public static Persistent beside(String key, Object values, boolean legacy) {
        return new Persistent(id(key, values, legacy));
    }

    public static Call tensor(Object storage, long offset, long[] shape, long[] strides) {
        return call(
                "torch._utils",
                "_rebuild_tensor_v2",
                storage,
                offset,
                tuple(shape),
                tuple(strides),
                false,
                ordered(Map.of()));
    }

    public static Call tensor(Object storage, long... shape) {
        return tensor(storage, 0, shape, strides(shape));
    }

    public static long[] strides(long... shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }

    private static Object[] tuple(long[] values) {
        Object[] tuple = new Object[values.length];
        for (int i = 0; i < tuple.length; i++) {
            tuple[i] = values[i];
        }
        return tuple;
    }

    /** The older stream of torch.save. */
    public static byte[] stream(Object root, Map<String, Object> storages) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(PickleWriter.write(2, MAGIC));
        out.writeBytes(PickleWriter.write(2, 1001));
        out.writeBytes(PickleWriter.write(2, Map.of("protocol_version", 1001, "little_endian", true)));
        out.writeBytes(PickleWriter.write(2, root));
        List<String> keys = List.copyOf(storages.keySet());
        out.writeBytes(PickleWriter.write(2, keys));
        for (String key : keys) {
            byte[] values = bytes(storages.get(key));
            out.writeBytes(bytes(new long[] {count(storages.get(key))}));
            out.writeBytes(values);
        }
        return out.toByteArray();
    }

    /** The zip of torch.save. */
    public static byte[] zip(Object root, Map<String, Object> storages) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", PickleWriter.write(2, root));
        entries.put("archive/byteorder", "little".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        storages.forEach((key, values) -> entries.put("archive/data/" + key, bytes(values)));
        return zip(entries, ZipEntry.STORED);
    }

    public static byte[] zip(Map<String, byte[]> entries, int method) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setMethod(method);
                if (method == ZipEntry.STORED) {
                    CRC32 sum = new CRC32();
                    sum.update(file.getValue());
                    entry.setSize(file.getValue().length);
                    entry.setCrc(sum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
