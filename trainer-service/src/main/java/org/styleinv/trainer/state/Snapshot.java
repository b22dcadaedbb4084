package org.styleinv.trainer.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.styleinv.network.Weights;

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
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
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
        JniUtils.setGradMode(false);
        try (NDManager scope = NDManager.newBaseManager("PyTorch");
                InputStream in = Files.newInputStream(file)) {
            Map<String, NDArray> stored = new HashMap<>();
            NDList.decode(scope, in).forEach(array -> stored.put(array.getName(), array));
            for (Map.Entry<String, NDArray> entry : state.entrySet()) {
                NDArray value = stored.get(entry.getKey());
                Shape shape = entry.getValue().getShape();
                if (value == null || value.getShape().size() != shape.size()) {
                    throw new IOException(
                            file + " has " + (value == null ? "no array " : "another shape of ") + entry.getKey()
                                    + ": it was written with other settings; use those, or an empty run folder");
                }
                entry.getValue().set(value.toType(DataType.FLOAT32, false).toByteBuffer());
            }
            return stored.get(STEP).toLongArray()[0];
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** The shape of one array of this snapshot: for a network whose width is known to the file only. */
    public Shape shape(String name) throws IOException {
        try (NDManager scope = NDManager.newBaseManager("PyTorch");
                InputStream in = Files.newInputStream(file)) {
            return NDList.decode(scope, in).stream()
                    .filter(array -> name.equals(array.getName()))
                    .findFirst()
                    .orElseThrow(() -> new IOException(file + " has no array " + name))
                    .getShape();
        }
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
