package org.styleinv.network.checkpoint.torch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FileRefused;

/**
 * The allow-list: all classes and functions that a checkpoint may name, and what each stands for here. None is loaded or
 * called; any other name is refused.
 */
final class Globals {
    /** What a name stands for. */
    private enum Kind {
        MAP,
        SET,
        LIST,
        BYTES,
        ENCODE,
        STORAGE,
        TENSOR,
        PARAMETER,
        PERSISTENT,
        MODULE,
        /** Remembered, of no use. */
        INERT
    }

    /** Bytes that an entry of a dictionary takes, and its place in the table. */
    private static final int ENTRY = 64;

    /** Modules of the official StyleGANs before PyTorch. */
    private static final Pattern TENSORFLOW = Pattern.compile("(dnnlib\\.tflib|tflib|tfutil|tensorflow)\\b");

    private static final Map<String, Kind> ALLOWED = new HashMap<>();

    private static void allow(Kind kind, String module, String... names) {
        for (String name : names) {
            ALLOWED.put(module + "." + name, kind);
        }
    }

    static {
        for (String builtins : new String[] {"builtins", "__builtin__"}) { // Python 3's name, Python 2's
            allow(Kind.MAP, builtins, "dict");
            allow(Kind.SET, builtins, "set", "frozenset");
            allow(Kind.LIST, builtins, "list", "tuple");
            allow(Kind.BYTES, builtins, "bytes", "bytearray");
            allow(Kind.INERT, builtins, "int", "float", "bool", "str", "complex", "slice", "range", "long", "unicode");
        }
        allow(Kind.MAP, "collections", "OrderedDict");
        allow(Kind.INERT, "collections", "defaultdict");
        allow(Kind.ENCODE, "_codecs", "encode");
        allow(Kind.INERT, "typing", "Any", "Union", "Optional", "Dict", "List", "Tuple");
        for (String multiarray : new String[] {"numpy.core.multiarray", "numpy._core.multiarray"}) {
            allow(Kind.INERT, multiarray, "scalar", "_reconstruct");
        }
        allow(Kind.INERT, "numpy", "dtype", "ndarray", "float32", "float64", "int32", "int64", "bool_");
        allow(Kind.MAP, "dnnlib.util", "EasyDict");
        allow(Kind.INERT, "omegaconf.dictconfig", "DictConfig");
        allow(Kind.INERT, "omegaconf.listconfig", "ListConfig");
        allow(Kind.INERT, "omegaconf.base", "ContainerMetadata", "Metadata");
        allow(
                Kind.INERT,
                "omegaconf.nodes",
                "AnyNode",
                "BooleanNode",
                "BytesNode",
                "EnumNode",
                "FloatNode",
                "IntegerNode",
                "InterpolationResultNode",
                "PathNode",
                "StringNode");
        allow(Kind.PERSISTENT, "torch_utils.persistence", "_reconstruct_persistent_obj");
        allow(Kind.STORAGE, "torch.storage", "_load_from_bytes");
        allow(Kind.TENSOR, "torch._utils", "_rebuild_tensor", "_rebuild_tensor_v2");
        allow(Kind.PARAMETER, "torch._utils", "_rebuild_parameter", "_rebuild_parameter_with_state");
        for (Storage.Type type : Storage.Type.values()) {
            allow(Kind.INERT, "torch", type.className());
        }
        allow(Kind.INERT, "torch", "Size", "device", "dtype", "float16", "float32", "float64", "int32", "int64");
        String modules = "torch.nn.modules.";
        allow(Kind.INERT, modules + "module", "_IncompatibleKeys");
        allow(Kind.MODULE, modules + "activation", "ELU", "Hardtanh", "LeakyReLU", "PReLU", "ReLU", "ReLU6", "SELU");
        allow(Kind.MODULE, modules + "activation", "GELU", "SiLU", "Sigmoid", "Softmax", "Softplus", "Tanh");
        allow(Kind.MODULE, modules + "batchnorm", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm");
        allow(Kind.MODULE, modules + "container", "ModuleDict", "ModuleList", "ParameterList", "Sequential");
        allow(Kind.MODULE, modules + "conv", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d");
        allow(Kind.MODULE, modules + "dropout", "Dropout", "Dropout2d");
        allow(Kind.MODULE, modules + "flatten", "Flatten");
        allow(Kind.MODULE, modules + "instancenorm", "InstanceNorm1d", "InstanceNorm2d");
        allow(Kind.MODULE, modules + "linear", "Identity", "Linear");
        allow(Kind.MODULE, modules + "normalization", "GroupNorm", "LayerNorm");
        allow(Kind.MODULE, modules + "padding", "ConstantPad2d", "ReflectionPad2d", "ZeroPad2d");
        allow(Kind.MODULE, modules + "pooling", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d");
        allow(Kind.MODULE, modules + "pooling", "AvgPool2d", "MaxPool2d");
        allow(Kind.MODULE, modules + "sparse", "Embedding");
        allow(Kind.MODULE, modules + "upsampling", "Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d");
    }

    private final PickleInput in;

    Globals(PickleInput in) {
        this.in = in;
    }

    /** The named class or function, which is allowed. */
    Global find(String module, String name) throws FileRefused {
        String full = module + "." + name;
        Kind kind = ALLOWED.get(full);
        if (kind == null && TENSORFLOW.matcher(module).lookingAt()) {
            throw in.refuse("is a pickle of TensorFlow (" + printable(full) + "), which is not read: convert it with "
                    + "legacy.py of NVIDIA's stylegan2-ada-pytorch (python legacy.py --source=FILE --dest=OUT.pkl), then "
                    + "name that file; nothing in this one was run");
        }
        if (kind == null) {
            throw in.refuse("names the global " + printable(full)
                    + ", which no checkpoint needs: it is refused, and nothing in it was run");
        }
        return new Global(full, kind);
    }

    private static String printable(String name) {
        String clean = name.replaceAll("[^\\x21-\\x7e]", "?");
        return clean.length() > 100 ? clean.substring(0, 100) + "..." : clean;
    }

    /** An allowed class or function; as an object of a pickle it is a mere name. */
    final class Global {
        private final String name;
        private final Kind kind;

        private Global(String name, Kind kind) {
            this.name = name;
            this.kind = kind;
        }

        String name() {
            return name;
        }

        /** What a call with {@code arguments} describes. */
        Object make(Object[] arguments) throws FileRefused {
            return switch (kind) {
                case MAP -> map(arguments);
                case SET -> set(arguments);
                case LIST -> list(arguments);
                case BYTES -> bytes(arguments);
                case ENCODE -> encode(arguments);
                case STORAGE -> TorchFile.storage(in, argument(arguments, 0, Bytes.class));
                case TENSOR -> tensor(arguments);
                case PARAMETER -> argument(arguments, 0, Tensor.class);
                case PERSISTENT -> persistent(argument(arguments, 0, Map.class));
                case MODULE -> new PyModule(name.substring(name.lastIndexOf('.') + 1));
                case INERT -> new Inert(name);
            };
        }

        private Map<String, Object> map(Object[] arguments) throws FileRefused {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Object pair : entries(arguments)) {
                List<?> entry = row(pair);
                if (entry.size() != 2 || !isKey(entry.get(0))) {
                    throw wrong();
                }
                if (entry.get(0) instanceof String name) {
                    map.put(name, entry.get(1));
                }
            }
            return map;
        }

        private Set<String> set(Object[] arguments) throws FileRefused {
            Set<String> set = new LinkedHashSet<>();
            for (Object member : entries(arguments)) {
                if (!isKey(member)) {
                    throw wrong();
                }
                if (member instanceof String name) {
                    set.add(name);
                }
            }
            return set;
        }

        private List<?> row(Object value) throws FileRefused {
            if (value instanceof List<?> list) {
                return list;
            }
            if (value instanceof Object[] array) {
                return Arrays.asList(array);
            }
            throw wrong();
        }

        /** What becomes entries of a dictionary or set: a copy of one row costs as much memory as making it did. */
        private List<Object> entries(Object[] arguments) throws FileRefused {
            List<Object> members = list(arguments);
            in.spend((long) ENTRY * members.size());
            return members;
        }

        private List<Object> list(Object[] arguments) throws FileRefused {
            if (arguments.length == 0) {
                return new ArrayList<>();
            }
            in.spend(0);
            List<?> members = row(arguments[0]);
            in.spend(8L * members.size());
            return new ArrayList<>(members);
        }

        /** Protocol 2 has no bytes: it writes a call of encode, or for none a call of bytes. */
        private Bytes bytes(Object[] arguments) throws FileRefused {
            if (arguments.length == 0) {
                return Bytes.of(ByteBuffer.allocate(0));
            }
            return arguments[0] instanceof String ? encode(arguments) : argument(arguments, 0, Bytes.class);
        }

        private Bytes encode(Object[] arguments) throws FileRefused {
            if (arguments.length != 2 || !"latin1".equals(arguments[1]) && !"latin-1".equals(arguments[1])) {
                throw wrong();
            }
            if (arguments[0] instanceof PickleInput.LongText text) {
                in.spend(text.utf8().limit() / PickleInput.SCAN);
                return text.latin1(in);
            }
            String text = argument(arguments, 0, String.class);
            if (text.chars().anyMatch(c -> c > 0xff)) {
                throw wrong();
            }
            in.spend(text.length());
            return Bytes.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        }

        private Tensor tensor(Object[] arguments) throws FileRefused {
            try {
                return new Tensor(
                        argument(arguments, 0, Storage.class),
                        argument(arguments, 1, Long.class),
                        longs(argument(arguments, 2, Object[].class)),
                        longs(argument(arguments, 3, Object[].class)));
            } catch (IllegalArgumentException e) {
                throw in.refuse("is damaged: " + e.getMessage());
            }
        }

        private long[] longs(Object[] values) throws FileRefused {
            if (values.length > Tensor.MAX_SIDES) { // one tuple may be the shape of millions
                throw wrong();
            }
            long[] longs = new long[values.length];
            for (int i = 0; i < longs.length; i++) {
                longs[i] = argument(values, i, Long.class);
            }
            return longs;
        }

        private PyModule persistent(Map<?, ?> meta) throws FileRefused {
            if (!"class".equals(meta.get("type"))
                    || !(meta.get("class_name") instanceof String className)
                    || !(meta.get("state") instanceof Map<?, ?> state)) {
                throw wrong();
            }
            PyModule module = new PyModule(className);
            module.build(state);
            return module;
        }

        private <T> T argument(Object[] arguments, int index, Class<T> type) throws FileRefused {
            if (index >= arguments.length || !type.isInstance(arguments[index])) {
                throw wrong();
            }
            return type.cast(arguments[index]);
        }

        private FileRefused wrong() {
            return in.refuse("is damaged: it gives " + name + " other arguments than Python does");
        }
    }

    /**
     * What Python takes as a key. Of these a dictionary or set here keeps texts alone: nothing else is ever looked up, and
     * an object of a file that is never hashed cannot take for ever to hash.
     */
    static boolean isKey(@Nullable Object value) {
        return !(value instanceof Map) && !(value instanceof Collection);
    }

    /** The type of values that a class of storages holds. */
    static Optional<Storage.Type> storageType(Object type) {
        return type instanceof Global global && global.name().startsWith("torch.")
                ? Storage.Type.of(global.name().substring("torch.".length()))
                : Optional.empty();
    }
}
