package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class HostMemoryTest {
    /** All of it that can be tried without a GPU: libtorch knows these operators by these arguments. */
    @Test
    void textsForAGpuCompile() {
        assertNotNull(HostMemory.OUT.module());
        assertNotNull(HostMemory.in(Device.gpu(3)).module());
        assertThrows(IllegalStateException.class, () -> Script.of(
                        "x: Tensor -> Tensor", "return torch.pin_memory(x, 1, 2, 3)")
                .module());
    }

    @Test
    void aCpuHasOneMemory() {
        try (NDManager scope = NDManager.newBaseManager(Device.cpu());
                Weights none = new Weights(scope)) {
            Pass pass = Pass.inference(scope, none);
            NDArray x = HostMemory.toDevice(pass, new float[] {1, 2, 3, 4}, new Shape(2, 2));
            assertArrayEquals(new float[] {1, 2, 3, 4}, x.toFloatArray());
            float[] read = HostMemory.read(x, bytes -> {
                float[] values = new float[4];
                bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().get(values);
                return values;
            });
            assertArrayEquals(new float[] {1, 2, 3, 4}, read);
        }
    }
}
