package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A function written as TorchScript text, compiled when it is first called. It gives a layer every operator of libtorch,
 * also those that DJL does not name, and autograd flows through it. Equal texts share one compilation, like shaders.
 *
 * <p>Constants are part of the text; everything that changes from call to call is an argument. See ADR 0001.
 */
public final class Script {
    private static final Map<String, Script> ALL = new ConcurrentHashMap<>();

    /**
     * Settings of each thread. DJL starts with autograd off, which would also silence eager operations on differentiable
     * arrays. Without the graph optimiser there is no warm-up and double backward is exact.
     */
    private static final ThreadLocal<Boolean> THREAD = ThreadLocal.withInitial(() -> {
        JniUtils.setGraphExecutorOptimize(false);
        JniUtils.setGradMode(true);
        return true;
    });

    private final String source;
    private volatile @Nullable PtSymbolBlock module; // compiled at the first call

    private Script(String source) {
        this.source = source;
    }

    /**
     * Declares a function.
     *
     * @param signature arguments and result, {@code "x: Tensor, w: Tensor -> Tensor"}
     * @param body lines of TorchScript, without the common indent
     */
    public static Script of(String signature, String... body) {
        String[] sides = signature.split("->");
        StringBuilder text = new StringBuilder("class Function(Module):\n  __parameters__ = []\n  __buffers__ = []\n")
                .append("  training : bool\n  def forward(self: __torch__.Function, ")
                .append(sides[0].trim())
                .append(") -> ")
                .append(sides[1].trim())
                .append(":\n");
        for (String line : String.join("\n", body).split("\n")) {
            text.append("    ").append(line).append('\n');
        }
        return ofSource(text.toString());
    }

    /** The function whose whole text is {@code source}: another one's, {@link #toString}, with changes. */
    public static Script ofSource(String source) {
        return ALL.computeIfAbsent(source, Script::new);
    }

    /** Calls a function of one result. The result belongs to the pass's scope; it is differentiable if the pass is. */
    public NDArray call(Pass pass, NDArray... arguments) {
        return call(pass, new NDList(arguments)).get(0);
    }

    /**
     * Calls a function of any number of results. Consecutive arrays that carry one name ending in {@code []} make up one
     * list argument: see {@link #callWithList}.
     */
    public NDList call(Pass pass, NDList arguments) {
        return pass.reading().call(this, pass, arguments);
    }

    /** The call itself, of the text as it stands. */
    NDList run(Pass pass, NDList arguments) {
        THREAD.get();
        JniUtils.setGradMode(pass.training());
        try {
            // Always DJL's training call: the other one makes "inference tensors" that autograd refuses as inputs.
            NDList results = IValueUtils.forward(module(), arguments, true);
            results.attach(pass.scope());
            return results;
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** Calls a function of lists of arrays and one result, which belongs to {@code scope}; nothing is recorded. */
    @SafeVarargs
    final NDArray call(NDManager scope, List<NDArray>... lists) {
        THREAD.get();
        JniUtils.setGradMode(false);
        IValue[] arguments = Arrays.stream(lists)
                .map(list -> IValue.listFrom(list.toArray(PtNDArray[]::new)))
                .toArray(IValue[]::new);
        try (IValue result = IValueUtils.runMethod(module(), "forward", arguments)) {
            return result.toTensor((PtNDManager) scope);
        } finally {
            Arrays.stream(arguments).forEach(IValue::close);
            JniUtils.setGradMode(true);
        }
    }

    /** Marks arrays as one {@code List[Tensor]} argument while {@code body} runs with them. */
    public NDList callWithList(Pass pass, Iterable<NDArray> list, NDArray... rest) {
        NDList arguments = new NDList();
        list.forEach(array -> {
            array.setName("xs[]");
            arguments.add(array);
        });
        arguments.addAll(new NDList(rest));
        try {
            return call(pass, arguments);
        } finally {
            list.forEach(array -> array.setName(null));
        }
    }

    /**
     * Runs a function for its effect on the arrays of its lists (an optimiser's step), outside autograd.
     *
     * @param numbers float arguments after the lists
     */
    public void update(List<? extends List<NDArray>> lists, double... numbers) {
        List<IValue> arguments = new ArrayList<>();
        for (List<NDArray> list : lists) {
            arguments.add(IValue.listFrom(list.toArray(PtNDArray[]::new)));
        }
        for (double number : numbers) {
            arguments.add(IValue.from(number));
        }
        try {
            IValueUtils.runMethod(module(), "forward", arguments.toArray(IValue[]::new))
                    .close();
        } finally {
            arguments.forEach(IValue::close);
        }
    }

    /** Compiled, which says whether libtorch can read it. */
    PtSymbolBlock module() {
        PtSymbolBlock known = module;
        if (known == null) {
            synchronized (this) {
                known = module;
                if (known == null) {
                    known = compile();
                    module = known;
                }
            }
        }
        return known;
    }

    private PtSymbolBlock compile() {
        // The block belongs to the engine for good: there are a few dozen in all.
        NDManager manager = ComputeDevice.manager();
        try {
            return JniUtils.loadModule((PtNDManager) manager, new ByteArrayInputStream(archive()), true, false);
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("TorchScript text does not compile:\n" + source, e);
        }
    }

    /** The text as the zip that {@code torch.jit.load} reads. */
    private byte[] archive() throws IOException {
        // A pickle of one object of class __torch__.Function with the one attribute `training`.
        byte[] object =
                bytes("\u0080\u0002c__torch__\nFunction\nq\0)\u0081}(X\u0008\0\0\0trainingq\u0001\u0089ubq\u0002.");
        byte[] noConstants = bytes("\u0080\u0002).");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "script/version", bytes("3\n"));
            entry(zip, "script/data.pkl", object);
            entry(zip, "script/constants.pkl", noConstants);
            entry(zip, "script/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    @Override
    public String toString() {
        return source;
    }
}
