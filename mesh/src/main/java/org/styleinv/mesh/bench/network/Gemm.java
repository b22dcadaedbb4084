package org.styleinv.mesh.bench.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.styleinv.network.Pass;
import org.styleinv.network.Pass.Precision;
import org.styleinv.network.PrecisionTrial;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

/**
 * What the engine can multiply on this machine now: the product of two large matrices, the ceiling of any network. On a GPU they are larger, and
 * many are in its queue before one is waited for: else the way there and back would be most of the time. On a CPU without instructions for 16 bits they
 * are smaller, or each would take a minute.
 */
public final class Gemm implements AutoCloseable {
    private static final int SIDE = 2048;
    private static final int SIDE_WITHOUT = 384; // of 16 bits that the CPU takes one by one
    private static final int SIDE_ON_GPU = 8192;
    private static final int PRODUCTS_ON_GPU = 16;
    private static final Script PRODUCT = Script.of("a: Tensor, b: Tensor -> Tensor", "return torch.matmul(a, b)");

    private static final Script CORNER =
            Script.of("x: Tensor -> Tensor", "return torch.to(torch.select(torch.select(x, 0, 0), 0, 0), 6)");

    private final NDManager manager;
    private final int side;
    private final int products;
    private final NDArray a;
    private final NDArray b;

    public Gemm(NDManager parent, Precision precision) {
        manager = parent.newSubManager();
        boolean gpu = manager.getDevice().isGpu();
        boolean slow = !PrecisionTrial.pays(precision, manager);
        side = gpu ? SIDE_ON_GPU : slow ? SIDE_WITHOUT : SIDE;
        products = gpu ? PRODUCTS_ON_GPU : 1;
        a = matrix(precision);
        b = matrix(precision);
    }

    private NDArray matrix(Precision precision) {
        NDArray values = manager.randomNormal(0, 1, new Shape(side, side), DataType.FLOAT32);
        return precision == Precision.FLOAT32
                ? values
                : Script.of("x: Tensor -> Tensor", "return torch.to(x, " + precision.type() + ")")
                        .call(Pass.inference(manager, new Weights(manager)), values);
    }

    /** GFLOP a second of such products. */
    public double gflops() {
        try (NDManager scope = manager.newSubManager();
                Weights none = new Weights(scope)) {
            Pass pass = Pass.inference(scope, none);
            long start = System.nanoTime();
            for (int i = 1; i < products; i++) {
                PRODUCT.call(pass, a, b).close();
            }
            CORNER.call(pass, PRODUCT.call(pass, a, b)).getFloat(); // in the queue behind all others
            return 2.0 * products * side * side * side / (System.nanoTime() - start);
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
