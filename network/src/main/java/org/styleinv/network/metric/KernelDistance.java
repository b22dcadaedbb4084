package org.styleinv.network.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

/**
 * Kernel distance: the unbiased squared maximum mean discrepancy under the kernel {@code (x.y / d + 1)³}. KID of Inception's
 * features. Demystifying MMD GANs (Binkowski et al. 2018), section 4.
 */
public final class KernelDistance {
    private static final Script SUMS = Script.of("a: Tensor, b: Tensor -> Tensor", """
            d = torch.size(a, 1)
            k = torch.pow(torch.add(torch.div(torch.matmul(a, torch.t(a)), d), 1), 3)
            l = torch.pow(torch.add(torch.div(torch.matmul(b, torch.t(b)), d), 1), 3)
            m = torch.pow(torch.add(torch.div(torch.matmul(a, torch.t(b)), d), 1), 3)
            within = torch.add(torch.sub(torch.sum(k), torch.trace(k)), torch.sub(torch.sum(l), torch.trace(l)))
            return torch.stack([within, torch.sum(m)])""");

    private KernelDistance() {}

    /** The distance of two sets of as many rows; published tables show a thousand times it. */
    public static double between(Features a, Features b) {
        int n = a.rows().length;
        if (n < 2 || n != b.rows().length || a.dimension() != b.dimension()) {
            throw new IllegalArgumentException("two sets of as many rows, at least 2, are wanted; got " + n
                    + " rows of " + a.dimension() + " and " + b.rows().length + " of " + b.dimension());
        }
        try (NDManager manager = ComputeDevice.manager()) {
            Pass pass = Pass.inference(manager, new Weights(manager));
            double[] sums =
                    SUMS.call(pass, matrix(manager, a), matrix(manager, b)).toDoubleArray();
            return sums[0] / n / (n - 1) - 2 * sums[1] / n / n;
        }
    }

    private static NDArray matrix(NDManager manager, Features features) {
        int d = features.dimension();
        double[] values = new double[features.rows().length * d];
        for (int i = 0; i < values.length; i++) {
            values[i] = features.rows()[i / d][i % d];
        }
        return manager.create(values, new Shape(features.rows().length, d));
    }
}
