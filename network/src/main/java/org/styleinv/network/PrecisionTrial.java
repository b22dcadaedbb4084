package org.styleinv.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.styleinv.network.Pass.Precision;

/** What a device can do of a {@link Precision}: libtorch knows some types on some devices by other instructions only, or not at all. */
public final class PrecisionTrial {
    private PrecisionTrial() {}

    /**
     * Whether a device has instructions for it. A CPU without them takes several times as long as in float32.
     *
     * @param manager of the device
     */
    public static boolean pays(Precision precision, NDManager manager) {
        if (precision == Precision.FLOAT32 || manager.getDevice().isGpu()) {
            return true;
        }
        Script supported = Script.of(
                "x: Tensor -> Tensor",
                "return torch.add(x, int(ops.mkldnn._is_mkldnn_"
                        + (precision == Precision.BFLOAT16 ? "bf16" : "fp16")
                        + "_supported()))");
        try (NDManager scope = manager.newSubManager()) {
            Pass pass = Pass.inference(scope, new Weights(scope));
            return supported.call(pass, scope.create(0f)).getFloat() > 0;
        }
    }

    /** Half a sentence to who chose a precision that {@link #pays} not; empty where it does. Of the device that is chosen. */
    public static Optional<String> warning(Precision precision) {
        if (precision == Precision.FLOAT32) {
            return Optional.empty();
        }
        try (NDManager manager = ComputeDevice.manager()) {
            return pays(precision, manager)
                    ? Optional.empty()
                    : Optional.of("this CPU has no instructions for " + precision.text()
                            + ", so float32 is several times faster on it");
        }
    }

    /**
     * Tries both kinds of convolution that networks have.
     *
     * @param manager of the device
     * @throws IllegalStateException in one sentence with a way out, where libtorch has none there
     */
    public static void demand(Precision precision, NDManager manager) {
        demand(precision, manager, convolutions(precision));
    }

    private static Script convolutions(Precision precision) {
        return Script.of(
                "x: Tensor, k: Tensor -> Tensor",
                "x = torch.to(x, " + precision.type() + ")",
                "k = torch.to(k, " + precision.type() + ")",
                "x = torch.conv_transpose2d(x, k, None, [2, 2], [0, 0], [0, 0], 1, [1, 1])",
                "return torch.to(torch.leaky_relu_(torch.conv2d(x, k, None, [1, 1], [1, 1], [1, 1], 1), 0.2), 6)");
    }

    static void demand(Precision precision, NDManager manager, Script convolutions) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray x = scope.ones(new Shape(1, 4, 8, 8));
            NDArray k = scope.ones(new Shape(4, 4, 3, 3));
            convolutions.call(Pass.inference(scope, new Weights(scope)), x, k).toFloatArray();
        } catch (RuntimeException e) {
            String why = String.valueOf(e.getMessage()).strip().lines().reduce("", (before, line) -> line);
            throw new IllegalStateException(
                    "convolutions in " + precision.text() + " do not work on "
                            + (manager.getDevice().isGpu() ? manager.getDevice() : "this CPU") + " (libtorch says: "
                            + why
                            + "); take another precision, or another device by styleinv.device",
                    e);
        }
    }
}
