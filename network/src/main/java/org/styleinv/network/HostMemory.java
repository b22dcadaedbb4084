package org.styleinv.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/**
 * The way between the host's memory and a device's. To a GPU it leads through pinned memory: what goes in is queued and nobody
 * waits for it, what comes out is copied at the full rate of the bus. A CPU has one memory, and nothing is copied.
 */
public final class HostMemory {
    /** Waits until it is computed and there. */
    static final Script OUT = Script.of(
            "xs: List[Tensor] -> Tensor",
            "x = xs[0]",
            "host = torch.empty(torch.size(x), dtype=ops.prim.dtype(x), device=torch.device(\"cpu\"), pin_memory=True)",
            "return torch.copy_(host, x)");

    private HostMemory() {}

    /** Queues a copy; libtorch keeps the pinned memory until it is made. */
    static Script in(Device device) {
        return Script.of(
                "x: Tensor -> Tensor",
                "return torch.to(torch.pin_memory(x), torch.device(\"cuda:" + device.getDeviceId()
                        + "\"), ops.prim.dtype(x), True)");
    }

    /** An array of the pass's scope, on its device. */
    public static NDArray toDevice(Pass pass, float[] values, Shape shape) {
        NDManager scope = pass.scope();
        if (!scope.getDevice().isGpu()) {
            return scope.create(values, shape);
        }
        try (NDManager host = scope.newSubManager(Device.cpu())) {
            return in(scope.getDevice()).call(pass, host.create(values, shape));
        }
    }

    /**
     * What {@code read} makes of the bytes of {@code x}, row by row; it waits until they are computed. On any thread.
     *
     * @param read must not keep what it is given
     */
    public static <R> R read(NDArray x, Function<ByteBuffer, R> read) {
        if (!x.getDevice().isGpu()) {
            return read.apply(x.toByteBuffer(true));
        }
        try (NDManager host = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            return read.apply(OUT.call(host, List.of(x)).toByteBuffer(true));
        }
    }
}
