package org.styleinv.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;

/** Values of a network's variables under their published names. Owns its arrays: closing it frees them. */
public final class Weights implements AutoCloseable {
    private static final Script OVERWRITE = Script.of("into: List[Tensor], given: List[Tensor] -> int", """
            _0 = torch.copy_(into[0], given[0])
            return 0""");

    private static final Script CHANNELS_LAST =
            Script.of("x: Tensor -> Tensor", "return torch.contiguous(x, memory_format=2)");
    private static final Script CHANNELS_LAST_TRANSPOSED = Script.of(
            "x: Tensor -> Tensor",
            "return torch.transpose(torch.contiguous(torch.transpose(x, 0, 1), memory_format=2), 0, 1)");

    /** To the bit: zeros of two signs are not the same. */
    private static final Script EQUAL = Script.of(
            "a: Tensor, b: Tensor -> Tensor",
            "same = torch.logical_and(torch.eq(a, b), torch.eq(torch.signbit(a), torch.signbit(b)))",
            "return torch.to(torch.all(same), 0)");

    private static final int CHUNK = 1 << 13;

    private final NDManager manager;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final Map<String, NDArray> derived = new HashMap<>(); // of weights that nobody changes
    private @Nullable Linked linked; // null while somebody may change them

    public Weights(NDManager parent) {
        manager = parent.newSubManager();
    }

    public NDManager manager() {
        return manager;
    }

    /** The array of that name; an array never leaves its weights, so do not start an eager expression with it. */
    public NDArray get(String name) {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("no variable " + name + " among " + arrays.size()
                    + " weights; the file is of another architecture");
        }
        return array;
    }

    public boolean has(String name) {
        return arrays.containsKey(name);
    }

    public void put(String name, NDArray array) {
        array.detach();
        array.attach(manager);
        array.setName(null); // DJL reads names with dots as dictionary arguments
        derived.remove(name); // it was made of what was there
        linked = linked == null ? null : new Linked(this);
        NDArray old = arrays.put(name, array);
        if (old != null && old != array) {
            old.close();
        }
    }

    /** Copies the values to memory of libtorch's own: it is aligned, on which the last bit of a product can depend. */
    public void put(String name, float[] values, long... shape) {
        try (NDArray array = manager.create(values, new Shape(shape))) {
            put(name, array.duplicate());
        }
    }

    /**
     * Gives {@code into} other values, as many as it holds. DJL's own {@link NDArray#set} and {@link NDArray#copyTo} do
     * the same, but make libtorch print a warning of itself into every user's terminal.
     */
    public static void overwrite(NDArray into, FloatBuffer values) {
        try (NDArray given = into.getManager().create(values, into.getShape())) {
            OVERWRITE.update(List.of(List.of(into), List.of(given)));
        }
    }

    /** The same, from an array. */
    public static void overwrite(NDArray into, float... values) {
        overwrite(into, FloatBuffer.wrap(values));
    }

    /**
     * From now on nobody changes them: lays them out as {@code network}'s layers read them fastest, without a second copy, and makes what
     * these derive of them. A kernel of 512 x 512 x 3 x 3 costs more to lay out than to apply to a picture of 4 pixels.
     */
    public Weights constant(Layer network) {
        return constant(network, Pass.Precision.FLOAT32);
    }

    /** As the other, with the kernels in the precision of the passes to come: these convert nothing then. */
    public Weights constant(Layer network, Pass.Precision precision) {
        Pass pass = Pass.inference(manager, this);
        for (Layer.Variable variable : network.variables()) {
            switch (variable.layout()) {
                case CHANNELS_LAST -> put(variable.name(), CHANNELS_LAST.call(pass, get(variable.name())));
                case CHANNELS_LAST_TRANSPOSED ->
                    put(variable.name(), CHANNELS_LAST_TRANSPOSED.call(pass, get(variable.name())));
                case ROWS -> {}
            }
        }
        Map<String, NDArray> made = new HashMap<>(); // of all their digits
        network.derived().forEach((name, script) -> made.put(name, script.call(pass, get(name))));
        if (precision != Pass.Precision.FLOAT32) {
            Script cast = Script.of("x: Tensor -> Tensor", "return torch.to(x, " + precision.type() + ")");
            for (Layer.Variable variable : network.variables()) {
                if (variable.kernel()) {
                    put(variable.name(), cast.call(pass, get(variable.name())));
                }
            }
        }
        derived.putAll(made);
        linked = new Linked(this);
        return this;
    }

    /** What a script makes of the weight of a name alone: each time anew, or once where nobody changes them. */
    NDArray derived(Pass pass, String name, Script script) {
        NDArray known = derived.get(name);
        return known == null ? script.call(pass, get(name)) : known;
    }

    /**
     * Takes the arrays of {@code other} in place of its own of the same values, so that a process holds them once; {@code other} must
     * be closed later and have the same precision. For weights that nobody changes.
     */
    public void share(Weights other) {
        linked = linked == null ? null : new Linked(this);
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, this);
            for (String name : List.copyOf(arrays.keySet())) {
                NDArray own = get(name);
                NDArray theirs = other.arrays.get(name);
                if (theirs != null
                        && own.getShape().equals(theirs.getShape())
                        && EQUAL.call(pass, own, theirs).toByteArray()[0] != 0) {
                    own.close();
                    arrays.put(name, theirs);
                    NDArray made = other.derived.get(name);
                    NDArray ownMade = made == null ? null : derived.put(name, made);
                    if (ownMade != null) {
                        ownMade.close();
                    }
                }
            }
        }
    }

    /** What networks make of them by one text; null while somebody may change them. */
    @Nullable
    Linked linked() {
        return linked;
    }

    /** The arrays, and what was made of them. */
    List<NDArray> all() {
        List<NDArray> all = new ArrayList<>(arrays.values());
        all.addAll(derived.values());
        return all;
    }

    public Set<String> names() {
        return arrays.keySet();
    }

    public Map<String, NDArray> arrays() {
        return arrays;
    }

    /** The trainable parameters of {@code network} in its order, ready to be differentiated by. */
    public List<NDArray> parameters(Layer network) {
        List<NDArray> parameters = new ArrayList<>();
        for (Layer.Variable variable : network.variables()) {
            if (variable.trainable()) {
                NDArray array = get(variable.name());
                array.setRequiresGradient(true);
                parameters.add(array);
            }
        }
        return parameters;
    }

    /** A deep copy that belongs to {@code parent}, on its device. */
    public Weights copy(NDManager parent) {
        Weights copy = new Weights(parent);
        Device device = parent.getDevice();
        arrays.forEach((name, array) ->
                copy.put(name, array.getDevice().equals(device) ? array.duplicate() : array.toDevice(device, true)));
        return copy;
    }

    /** Writes all arrays as a safetensors file; a reader sees the old file or the new one, never half of it. */
    public void save(Path file) throws IOException {
        SafeTensors.write(file, sources());
    }

    /** All arrays, to be written. */
    public List<SafeTensors.Source> sources() {
        List<SafeTensors.Source> sources = new ArrayList<>();
        arrays.forEach((name, array) -> {
            if (array.getDataType() != DataType.FLOAT32) {
                throw new IllegalArgumentException(name + " is " + array.getDataType() + ", but weights are float32");
            }
            var entry = new SafeTensors.Entry(
                    name, SafeTensors.Type.F32, array.getShape().getShape());
            sources.add(new SafeTensors.Source(entry, () -> {
                float[] values = array.toFloatArray();
                ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                return bytes;
            }));
        });
        return sources;
    }

    /**
     * Whether a tensor of a published file holds no weight: FIR filters are constants of the method, and how many
     * batches a normalisation has seen is of no consequence. Files keep them for other readers; weights do not.
     */
    public static boolean isCarried(String name) {
        return name.endsWith(".resample_filter") || name.endsWith(".num_batches_tracked");
    }

    /**
     * Checks that tensors are the variables of {@code network}, whatever else a file carries.
     *
     * @param where the file, for the sentence
     * @throws FileRefused naming the tensor that is missing, of another shape, or one too many
     */
    public static void fit(String where, Layer network, List<SafeTensors.Entry> tensors) throws FileRefused {
        Map<String, Layer.Variable> expected = new LinkedHashMap<>();
        network.variables().forEach(variable -> expected.put(variable.name(), variable));
        for (SafeTensors.Entry tensor : tensors) {
            if (isCarried(tensor.name())) {
                continue;
            }
            Layer.Variable variable = expected.remove(tensor.name());
            if (variable == null) {
                throw new FileRefused(where + ": tensor " + tensor.name() + " is not one of this architecture");
            }
            if (tensor.type() != SafeTensors.Type.F32 || !Arrays.equals(variable.shape(), tensor.shape())) {
                throw new FileRefused(where + ": tensor " + tensor.name() + " has shape "
                        + Arrays.toString(tensor.shape()) + " of " + tensor.type() + ", but this architecture has "
                        + Arrays.toString(variable.shape()) + " of F32");
            }
        }
        if (!expected.isEmpty()) {
            throw new FileRefused(where + ": tensor "
                    + expected.keySet().iterator().next() + " is missing (" + expected.size() + " in all)");
        }
    }

    /** @throws FileRefused naming the tensor, where it is of no type that weights have, or a value is not finite */
    public static void checkFinite(String where, SafeTensors.Entry tensor, ByteBuffer values) throws FileRefused {
        if (tensor.type() != SafeTensors.Type.F32 && !isCarried(tensor.name())) {
            throw new FileRefused(where + ": tensor " + tensor.name() + " is of " + tensor.type()
                    + ", but a model folder has F32: bring it in with `styleinv model import`");
        }
        if (tensor.type() == SafeTensors.Type.F32) {
            FloatBuffer floats = values.asFloatBuffer();
            float[] some =
                    new float[Math.min(CHUNK, floats.remaining())]; // a start reads millions before Java compiles it
            while (floats.hasRemaining()) {
                int count = Math.min(some.length, floats.remaining());
                floats.get(some, 0, count);
                for (int i = 0; i < count; i++) {
                    if (!Float.isFinite(some[i])) {
                        throw new FileRefused(
                                where + ": tensor " + tensor.name() + " holds " + some[i] + "; its training diverged");
                    }
                }
            }
        }
    }

    /**
     * Reads the variables of {@code network}.
     *
     * @throws FileRefused naming the file and the tensor, where the file is damaged or of another architecture, or a
     *     value is not finite
     */
    public static Weights load(NDManager parent, Path file, Layer network) throws IOException {
        fit(file.toString(), network, SafeTensors.list(file));
        Weights weights = new Weights(parent);
        try {
            SafeTensors.read(file, (tensor, bytes) -> {
                if (!isCarried(tensor.name())) {
                    checkFinite(file.toString(), tensor, bytes);
                    float[] values = new float[bytes.remaining() / Float.BYTES];
                    bytes.asFloatBuffer().get(values);
                    weights.put(tensor.name(), values, tensor.shape());
                }
            });
            return weights;
        } catch (IOException | RuntimeException e) {
            weights.close();
            throw e;
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
