package org.styleinv.network.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** The arrays of one {@code .npz} file; it remembers which of them were read. A damaged file is an IOException. */
public final class Npz {
    private static final Pattern HEADER =
            Pattern.compile("'descr': '([^']+)', 'fortran_order': False, 'shape': \\(([^)]*)\\)");
    private static final Pattern SIDES = Pattern.compile("(\\s*\\d{1,9}\\s*(,|$))*\\s*");
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final long LARGEST = 1L << 30;
    private static final Map<String, Integer> BYTES =
            Map.of("f4", 4, "f8", 8, "i8", 8, "i4", 4, "i2", 2, "i1", 1, "u1", 1, "b1", 1);
    private static final Map<String, String> NUMPY_NAMES = Map.of(
            "f4", "float32", "f8", "float64", "i8", "int64", "i4", "int32", "i2", "int16", "i1", "int8", "u1", "uint8",
            "b1", "bool");

    /**
     * One array, whatever its type, exactly.
     *
     * @param type NumPy's name of the type, such as float32
     */
    public record Array(String type, double[] values, long[] shape) {
        public float[] floats() {
            float[] floats = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                floats[i] = (float) values[i];
            }
            return floats;
        }

        /** The only value. */
        public double scalar() {
            if (values.length != 1) {
                throw new IllegalArgumentException("one value was expected, got shape " + Arrays.toString(shape));
            }
            return values[0];
        }

        /** Size along an axis. */
        public int side(int axis) {
            if (axis >= shape.length) {
                throw new IllegalArgumentException(
                        "at least " + (axis + 1) + " axes were expected, got shape " + Arrays.toString(shape));
            }
            return Math.toIntExact(shape[axis]);
        }

        public NDArray in(NDManager manager) {
            return manager.create(floats(), new Shape(shape));
        }
    }

    private final String file;
    private final Map<String, Array> arrays = new LinkedHashMap<>();
    private final Set<String> unread = new LinkedHashSet<>();

    private Npz(String file) {
        this.file = file;
    }

    public static Npz open(Path path) throws IOException {
        Npz npz = new Npz(path.getFileName().toString());
        try (ZipFile zip = new ZipFile(path.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                String name = entry.getName().replaceFirst("\\.npy$", "");
                npz.arrays.put(name, npy(npz.file + ": array " + name, content(zip, entry)));
            }
        } catch (ZipException e) {
            throw new IOException(npz.file + " is not a whole zip file: " + e.getMessage(), e);
        }
        npz.unread.addAll(npz.arrays.keySet());
        return npz;
    }

    private static byte[] content(ZipFile zip, ZipEntry entry) throws IOException {
        if (entry.getSize() > LARGEST) {
            throw new IOException(
                    entry.getName() + " claims " + entry.getSize() + " bytes; at most " + LARGEST + " are read");
        }
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
            bytes = in.readNBytes((int) LARGEST);
        }
        CRC32 crc = new CRC32(); // ZipFile does not check it
        crc.update(bytes);
        if (bytes.length != entry.getSize() || crc.getValue() != entry.getCrc()) {
            throw new ZipException("the checksum of " + entry.getName() + " is wrong");
        }
        return bytes;
    }

    private static Array npy(String what, byte[] bytes) throws IOException {
        if (bytes.length < 10 || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length)) || bytes[6] > 3) {
            throw new IOException(what + " is not in NumPy's format");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int start = bytes[6] == 1 ? 10 : 12;
        int length = bytes[6] == 1 ? buffer.getShort(8) & 0xffff : buffer.getInt(8);
        if (length < 0 || start + length > bytes.length) {
            throw new IOException(what + " ends in its header");
        }
        String header = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
        Matcher matcher = HEADER.matcher(header);
        String type = matcher.find() ? matcher.group(1).replaceFirst("^[<|]", "") : "";
        if (!BYTES.containsKey(type)) {
            throw new IOException(what + " has a header that is not read here (little-endian numbers in C order are): "
                    + header.strip());
        }
        if (!SIDES.matcher(matcher.group(2)).matches()) {
            throw new IOException(what + " has a shape that is none: " + matcher.group(2));
        }
        long[] shape = Arrays.stream(matcher.group(2).split(","))
                .map(String::trim)
                .filter(side -> !side.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
        long count = (bytes.length - start - length) / BYTES.get(type);
        // Sides are below 2^30: beyond that their product is not that of any file.
        if (Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b) != count) {
            throw new IOException(
                    what + " has " + count + " values, but shape " + Arrays.toString(shape) + " wants others");
        }
        buffer.position(start + length);
        double[] values = new double[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case "f4" -> buffer.getFloat();
                case "f8" -> buffer.getDouble();
                case "i8" -> buffer.getLong();
                case "i4" -> buffer.getInt();
                case "i2" -> buffer.getShort();
                case "i1" -> buffer.get();
                default -> buffer.get() & 0xff;
            };
            if (!Double.isFinite(values[i])) {
                throw new IOException(what + " holds " + values[i] + " at element " + i + "; it wants finite numbers");
            }
        }
        return new Array(NUMPY_NAMES.get(type), values, shape);
    }

    /** The file's name without folder. */
    public String file() {
        return file;
    }

    public Set<String> names() {
        return arrays.keySet();
    }

    public boolean has(String name) {
        return arrays.containsKey(name);
    }

    public Array get(String name) {
        Array array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("there is no array " + name + " in " + file);
        }
        unread.remove(name);
        return array;
    }

    public NDArray in(NDManager manager, String name) {
        return get(name).in(manager);
    }

    /** Shapes by name; looking does not count as reading. */
    Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        arrays.forEach((name, array) -> shapes.put(name, array.shape()));
        return shapes;
    }

    /** NumPy's name of an array's type; looking does not count as reading. */
    String type(String name) {
        return arrays.get(name).type();
    }

    /** Arrays that nothing has read. */
    Set<String> unread() {
        return unread;
    }
}
