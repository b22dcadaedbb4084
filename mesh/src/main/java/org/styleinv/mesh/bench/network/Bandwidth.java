package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

/** How fast the engine can move bytes on this machine now: the sum of two large arrays, the ceiling of what multiplies little. */
final class Bandwidth implements AutoCloseable {
    private static final int SIZE = 1 << 24; // floats, 64 MB: more than caches hold
    private static final Script SUM = Script.of("a: Tensor, b: Tensor -> Tensor", "return torch.add(a, b)");

    private final NDManager manager;
    private final NDArray a;
    private final NDArray b;

    Bandwidth(NDManager parent) {
        manager = parent.newSubManager();
        a = manager.ones(new Shape(SIZE), DataType.FLOAT32);
        b = manager.ones(new Shape(SIZE), DataType.FLOAT32);
    }

    /** GB a second, read and written, of one sum. */
    double gigabytes() {
        try (NDManager scope = manager.newSubManager();
                Weights none = new Weights(scope)) {
            long start = System.nanoTime();
            NDArray sum = SUM.call(Pass.inference(scope, none), a, b);
            sum.get(0).getFloat(); // a GPU has done it when its result is here
            return 3.0 * Float.BYTES * SIZE / (System.nanoTime() - start);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
