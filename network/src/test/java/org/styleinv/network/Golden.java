package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Stored reference numbers: arrays of one {@code .npz} file of the published method's own implementation, run on a CPU.
 * They lie beside the tests; the system property {@code styleinv.golden} names another folder.
 */
public final class Golden {
    private static final Pattern HEADER =
            Pattern.compile("'descr': '([^']+)', 'fortran_order': False, 'shape': \\(([^)]*)\\)");

    /** One array, whatever its type, exactly. */
    public record Array(double[] values, long[] shape) {
        public float[] floats() {
            float[] floats = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                floats[i] = (float) values[i];
            }
            return floats;
        }

        public NDArray in(NDManager manager) {
            return manager.create(floats(), new Shape(shape));
        }
    }

    private final String file;
    private final Map<String, Array> arrays = new LinkedHashMap<>();

    private Golden(String file) {
        this.file = file;
    }

    public static Golden open(String name) {
        Golden golden = new Golden(name);
        try (ZipInputStream zip = new ZipInputStream(stream(name + ".npz"))) {
            for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
                golden.arrays.put(entry.getName().replaceFirst("\\.npy$", ""), npy(zip.readAllBytes()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return golden;
    }

    /** Whether a file is here; the rarer ones are not stored beside the tests. */
    public static boolean has(String name) {
        String folder = System.getProperty("styleinv.golden");
        return folder != null
                ? Files.exists(Path.of(folder, name + ".npz"))
                : Golden.class.getResource("/golden/" + name + ".npz") != null;
    }

    private static InputStream stream(String file) throws IOException {
        String folder = System.getProperty("styleinv.golden");
        if (folder != null) {
            return Files.newInputStream(Path.of(folder, file));
        }
        InputStream stream = Golden.class.getResourceAsStream("/golden/" + file);
        if (stream == null) {
            throw new FileNotFoundException("/golden/" + file + " on the class path");
        }
        return stream;
    }

    private static Array npy(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int length = buffer.getShort(8);
        String header = new String(bytes, 10, length, StandardCharsets.ISO_8859_1);
        Matcher matcher = HEADER.matcher(header);
        if (!matcher.find()) {
            throw new IllegalArgumentException("npy header " + header);
        }
        long[] shape = Arrays.stream(matcher.group(2).split(","))
                .map(String::trim)
                .filter(s -> !s.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
        buffer.position(10 + length);
        double[] values = new double[(int) new Shape(shape).size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (matcher.group(1)) {
                case "<f4" -> buffer.getFloat();
                case "<f8" -> buffer.getDouble();
                case "<i8" -> buffer.getLong();
                default -> throw new IllegalArgumentException("npy type in " + header);
            };
        }
        return new Array(values, shape);
    }

    public Array get(String name) {
        Array array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("no array " + name + " in " + file + ".npz");
        }
        return array;
    }

    public NDArray in(NDManager manager, String name) {
        return get(name).in(manager);
    }

    /** The values of every variable that {@code network} declares. */
    public Weights weights(NDManager manager, Layer network) {
        Weights weights = new Weights(manager);
        for (Layer.Variable variable : network.variables()) {
            Array array = get(variable.name());
            assertEquals(new Shape(variable.shape()), new Shape(array.shape()), variable.name());
            weights.put(variable.name(), array.floats(), array.shape());
        }
        return weights;
    }

    /**
     * Weights of a full-size network by the recipe of the fixtures: each value is a hash of its name and place.
     *
     * @param names the recipe's name of the network for each prefix of our variables' names
     */
    public static Weights recipe(NDManager manager, Layer network, Map<String, String> names) {
        JsonNode recipe = json("fullsize_recipe.json");
        Weights weights = new Weights(manager);
        for (Layer.Variable variable : network.variables()) {
            float[] values = new float[variable.size()];
            boolean known = false;
            for (Map.Entry<String, String> part : names.entrySet()) {
                String key = variable.name().startsWith(part.getKey())
                        ? variable.name().substring(part.getKey().length())
                        : "";
                JsonNode entry = recipe.get(part.getValue()).get(key);
                if (entry != null) {
                    hash(
                            "pubfull:" + part.getValue() + ":" + key,
                            entry.get(1).asDouble(),
                            entry.get(2).asDouble(),
                            values);
                    known = true;
                }
            }
            if (!known) { // of its usual computed values
                variable.initializer().fill(values, new java.util.Random(0));
            }
            weights.put(variable.name(), values, variable.shape());
        }
        return weights;
    }

    /** An input of the full-size cases: uniform in [-b, b). */
    public static NDArray input(NDManager manager, String name, double b, long... shape) {
        float[] values = new float[(int) new Shape(shape).size()];
        hash("pubfull:in:" + name, 0, b, values);
        return manager.create(values, new Shape(shape));
    }

    private static void hash(String name, double a, double b, float[] values) {
        long x0 = 0xcbf29ce484222325L;
        for (byte c : name.getBytes(StandardCharsets.UTF_8)) {
            x0 = (x0 ^ (c & 0xff)) * 0x100000001b3L;
        }
        for (int i = 0; i < values.length; i++) {
            long x = x0 + (i + 1) * 0x9E3779B97F4A7C15L;
            x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
            x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
            x ^= x >>> 31;
            values[i] = (float) (a + b * (2 * ((x >>> 40) * 0x1p-24) - 1));
        }
    }

    private static JsonNode json(String file) {
        try (InputStream in = stream(file)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Largest error relative to the largest reference value must not exceed {@code tolerance}. */
    public void check(String name, NDArray actual, double tolerance) {
        check(name, get(name).values(), actual, tolerance);
    }

    public void check(String name, double[] expected, NDArray actual, double tolerance) {
        float[] values = actual.toFloatArray();
        assertEquals(expected.length, values.length, name);
        double scale = 1e-30;
        double error = 0;
        for (int i = 0; i < values.length; i++) {
            scale = Math.max(scale, Math.abs(expected[i]));
            double difference = Math.abs(values[i] - expected[i]);
            error = difference <= error ? error : difference; // NaN stays
        }
        report(file + " " + name, error / scale, tolerance);
    }

    /** Norm and first element of each parameter's gradient; those that are zero but for rounding by an absolute bound. */
    public static void checkGradients(
            String file, String prefix, Layer network, List<NDArray> gradients, double tolerance) {
        JsonNode statistics = json(file + ".json");
        double largest = 0;
        for (JsonNode entry : statistics) {
            largest = Math.max(largest, entry.get(0).asDouble());
        }
        double worst = 0;
        String where = "";
        int checked = 0;
        int i = 0;
        for (Layer.Variable variable : network.variables()) {
            if (!variable.trainable()) {
                continue;
            }
            NDArray gradient = gradients.get(i++);
            JsonNode entry =
                    statistics.get(variable.name().substring(variable.name().startsWith(prefix) ? prefix.length() : 0));
            if (entry == null) {
                continue;
            }
            checked++;
            float[] values = gradient.toFloatArray();
            double square = 0;
            for (float value : values) {
                square += (double) value * value;
            }
            double norm = entry.get(0).asDouble();
            double error = Math.max(
                            Math.abs(Math.sqrt(square) - norm),
                            Math.abs(values[0] - entry.get(2).asDouble()))
                    / Math.max(norm, largest * 1e-6 / tolerance);
            if (!(error <= worst)) {
                worst = error;
                where = variable.name();
            }
        }
        assertEquals(statistics.size(), checked, file);
        report(file + " (worst " + where + ", " + checked + " parameters)", worst, tolerance);
    }

    private static void report(String what, double error, double tolerance) {
        System.out.printf("golden %-70s %.1e of %.0e%n", what, error, tolerance);
        assertTrue(error <= tolerance, () -> what + ": error " + error + ", tolerance " + tolerance);
    }
}
