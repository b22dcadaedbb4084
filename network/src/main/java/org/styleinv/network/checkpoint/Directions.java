package org.styleinv.network.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.styleinv.network.Weights;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;

/**
 * Directions in W along which a model's pictures change, by name. Each has the length of one standard deviation of w along
 * it, so that strengths mean the same in all.
 */
public final class Directions {
    /** Their file in a model folder. */
    public static final String FILE = "directions.safetensors";

    /** Of a model that has none. */
    public static final Directions NONE = new Directions(Map.of());

    private static final int MOST = 256;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    private final Map<String, float[]> vectors;

    /**
     * @param vectors of width wDim each, by their names, in the order in which they are shown
     * @throws IllegalArgumentException if a name is none
     */
    public Directions(Map<String, float[]> vectors) {
        if (vectors.size() > MOST) {
            throw new IllegalArgumentException(
                    vectors.size() + " directions are too many, at most " + MOST + " are kept");
        }
        vectors.keySet().forEach(name -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("a direction cannot be called " + name
                        + ": its name has small letters, digits, - and _, up to 63");
            }
        });
        this.vectors = Collections.unmodifiableMap(new LinkedHashMap<>(vectors));
    }

    /**
     * Reads the file of a model.
     *
     * @throws FileRefused in one sentence that names the file
     */
    static Directions read(Path file, int wDim) throws IOException {
        Map<String, float[]> vectors = new LinkedHashMap<>();
        List<SafeTensors.Entry> entries = SafeTensors.list(file);
        if (entries.size() > MOST) {
            throw new FileRefused(file + " has " + entries.size() + " directions, at most " + MOST + " are read");
        }
        for (SafeTensors.Entry entry : entries) {
            if (entry.shape().length != 1 || entry.shape()[0] != wDim || entry.type() != SafeTensors.Type.F32) {
                throw new FileRefused(file + " has " + entry + ", but a direction of this model has " + wDim
                        + " values, F32: find them again with `styleinv model directions`");
            }
        }
        SafeTensors.read(file, (entry, bytes) -> {
            Weights.checkFinite(file.toString(), entry, bytes);
            float[] values = new float[wDim];
            bytes.asFloatBuffer().get(values);
            vectors.put(entry.name(), values);
        });
        try {
            return new Directions(vectors);
        } catch (IllegalArgumentException e) {
            throw new FileRefused(file + ": " + e.getMessage(), e);
        }
    }

    /** To be written. */
    List<SafeTensors.Source> sources() {
        List<SafeTensors.Source> sources = new ArrayList<>();
        vectors.forEach((name, vector) -> {
            var entry = new SafeTensors.Entry(name, SafeTensors.Type.F32, new long[] {vector.length});
            sources.add(new SafeTensors.Source(entry, () -> {
                ByteBuffer bytes =
                        ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(vector);
                return bytes;
            }));
        });
        return sources;
    }

    public Set<String> names() {
        return vectors.keySet();
    }

    /** One of width wDim, not to be changed. */
    public Optional<float[]> get(String name) {
        return Optional.ofNullable(vectors.get(name));
    }
}
