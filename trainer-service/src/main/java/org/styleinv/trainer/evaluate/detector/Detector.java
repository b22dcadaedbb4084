package org.styleinv.trainer.evaluate.detector;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.file.FileRefused;
import org.styleinv.trainer.evaluate.Digests;

/** A published network that says what it sees: TorchScript that the user has, called as its publisher does. */
public final class Detector implements AutoCloseable {
    private final NDManager root = ComputeDevice.manager();
    private final Use use;
    private final Path file;
    private final String digest;
    private final List<Object> switches;
    private final PtSymbolBlock module;

    /** What a detector is used for, and how it is called then. Features are those of the published files. */
    public enum Use {
        /** Inception's features, for FID and KID. */
        INCEPTION("inception-2015-12-05.pt", "NVIDIA, with StyleGAN2-ADA for PyTorch", 2048, 64, "return_features"),
        /** Inception's class probabilities, for IS. */
        INCEPTION_CLASSES(
                "inception-2015-12-05.pt", "NVIDIA, with StyleGAN2-ADA for PyTorch", 1008, 64, "no_output_bias"),
        /** I3D's logits of Kinetics-400, for FVD. */
        I3D(
                "i3d_torchscript.pt",
                "the authors of StyleGAN-V, with its evaluation",
                400,
                1,
                "rescale",
                "resize",
                "return_features");

        final String file;
        final String publisher;
        final int width;
        final int batch;
        final List<String> on;

        Use(String file, String publisher, int width, int batch, String... on) {
            this.file = file;
            this.publisher = publisher;
            this.width = width;
            this.batch = batch;
            this.on = List.of(on);
        }
    }

    private Detector(Use use, Path file) throws IOException {
        this.use = use;
        this.file = file;
        switches = Signature.of(file).switches(use.on);
        digest = Digests.of(file);
        JniUtils.setGraphExecutorOptimize(false);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            module = JniUtils.loadModule((PtNDManager) root, in, true, false);
        } catch (EngineException e) {
            root.close();
            throw new FileRefused(file + " is TorchScript that cannot be loaded: " + first(e), e);
        }
    }

    /** @throws FileRefused saying which file is wanted, who publishes it and where to put it; or what is wrong with it */
    public static Detector open(Use use, Path folder) throws IOException {
        Path file = check(use, folder);
        return new Detector(use, file);
    }

    /** Refuses what is not there, before any long work. */
    static Path check(Use use, Path folder) throws IOException {
        Path file = folder.resolve(use.file);
        if (!Files.isRegularFile(file)) {
            throw new FileRefused(file + " is missing: get " + use.file + " from " + use.publisher
                    + ", and put it into the folder that --detectors names");
        }
        Signature.of(file).switches(use.on);
        return file;
    }

    /** SHA-256 of the file, in hex. */
    public String digest() {
        return digest;
    }

    int width() {
        return use.width;
    }

    /**
     * What is seen.
     *
     * @param bytes of {@code shape}, 0 to 255
     * @param shape {@code [n, 3, h, w]} of pictures, {@code [n, 3, t, h, w]} of clips
     * @return {@code [n][width]}
     */
    float[][] look(byte[] bytes, long... shape) throws FileRefused {
        try (NDManager scope = root.newSubManager()) {
            PtNDArray input = (PtNDArray) scope.create(ByteBuffer.wrap(bytes), new Shape(shape), DataType.UINT8);
            List<IValue> arguments = new ArrayList<>(List.of(IValue.from(input)));
            switches.forEach(value -> arguments.add(value(value)));
            JniUtils.setGradMode(false);
            try (IValue result = IValueUtils.runMethod(module, "forward", arguments.toArray(IValue[]::new))) {
                if (!result.isTensor()) {
                    throw new FileRefused(file + " gives a " + result.getType() + ", but a detector gives a Tensor");
                }
                PtNDArray output = result.toTensor((PtNDManager) scope);
                return rows(output, Math.toIntExact(shape[0]));
            } catch (EngineException e) {
                throw new FileRefused(
                        file + " cannot look at pictures of shape " + Arrays.toString(shape) + ": " + first(e), e);
            } finally {
                JniUtils.setGradMode(true);
                arguments.forEach(IValue::close);
            }
        }
    }

    private float[][] rows(PtNDArray output, int count) throws FileRefused {
        if (!output.getShape().equals(new Shape(count, use.width))) {
            throw new FileRefused(file + " gives shape " + output.getShape() + " for " + count + ", but " + use.file
                    + " gives (" + count + ", " + use.width + "): it is another detector");
        }
        float[] all = output.toType(DataType.FLOAT32, false).toFloatArray();
        float[][] rows = new float[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = Arrays.copyOfRange(all, i * use.width, (i + 1) * use.width);
            for (float value : rows[i]) {
                if (!Float.isFinite(value)) {
                    throw new FileRefused(file + " gives " + value + ": it is damaged");
                }
            }
        }
        return rows;
    }

    private static IValue value(Object value) {
        if (value instanceof Boolean flag) {
            return IValue.from(flag);
        }
        return value instanceof Long number ? IValue.from(number) : IValue.from((double) value);
    }

    /** The first line that says anything. */
    private static String first(EngineException e) {
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("no reason is given");
    }

    @Override
    public void close() {
        root.close();
    }
}
