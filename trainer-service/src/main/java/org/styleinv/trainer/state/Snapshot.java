package org.styleinv.trainer.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Weights;
import org.styleinv.network.file.SafeTensors;
import org.styleinv.network.file.SafeTensors.Entry;

/** Everything a run needs to go on exactly where it was, in one file that is replaced as a whole. */
public final class Snapshot {
    private static final String STEP = "run.step";

    private final Path file;

    public Snapshot(Path file) {
        this.file = file;
    }

    public boolean exists() {
        return Files.exists(file);
    }

    public void write(Map<String, NDArray> state, long step) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try (NDManager scope = ComputeDevice.manager()) {
            NDList list = new NDList();
            state.forEach((name, array) -> {
                NDArray copy = array.duplicate();
                copy.attach(scope);
                copy.setName(name);
                list.add(copy.getShape().dimension() == 0 ? named(copy.reshape(1), name) : copy);
            });
            list.add(named(scope.create(new long[] {step}), STEP));
            try (OutputStream out = Files.newOutputStream(partial)) {
                list.encode(out, NDList.Encoding.SAFETENSORS);
            }
        } catch (IOException e) {
            Files.deleteIfExists(partial); // a part of a snapshot only takes room that is missing
            throw e;
        }
        Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Fills {@code state} in place.
     *
     * @return the step that comes next
     * @throws IOException naming the first array that is missing or of another shape; the state may then be mixed
     */
    public long read(Map<String, NDArray> state) throws IOException {
        Map<String, Entry> stored = entries();
        for (Map.Entry<String, NDArray> wanted : state.entrySet()) {
            Entry entry = stored.get(wanted.getKey());
            if (entry == null
                    || entry.type() != SafeTensors.Type.F32
                    || entry.bytes() / entry.type().size()
                            != wanted.getValue().getShape().size()) {
                throw new IOException(file + " has " + (entry == null ? "no array " : "another shape of ")
                        + wanted.getKey() + ": it was written with other settings; use those, or an empty run folder");
            }
        }
        JniUtils.setGradMode(false);
        try {
            long[] step = new long[1];
            // one array after the other: a whole snapshot of a large run does not fit beside the run
            SafeTensors.read(file, (entry, values) -> {
                NDArray into = state.get(entry.name());
                if (into != null) {
                    Weights.overwrite(into, values.asFloatBuffer());
                } else if (entry.name().equals(STEP)) {
                    step[0] = values.getLong();
                }
            });
            return step[0];
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    private Map<String, Entry> entries() throws IOException {
        Map<String, Entry> entries = new HashMap<>();
        SafeTensors.list(file).forEach(entry -> entries.put(entry.name(), entry));
        return entries;
    }

    /** The shape of one array of this snapshot: for a network whose width is known to the file only. */
    public Shape shape(String name) throws IOException {
        Entry entry = entries().get(name);
        if (entry == null) {
            throw new IOException(file + " has no array " + name);
        }
        return new Shape(entry.shape());
    }

    /**
     * Fills weights from the arrays of this snapshot that carry a prefix.
     *
     * @param into whose every variable must be there
     */
    public void read(String prefix, Weights into) throws IOException {
        Map<String, NDArray> state = new LinkedHashMap<>();
        into.arrays().forEach((name, array) -> state.put(prefix + name, array));
        read(state);
    }

    private static NDArray named(NDArray array, String name) {
        array.setName(name);
        return array;
    }
}
