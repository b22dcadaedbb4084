package org.styleinv.network.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

/**
 * Mean and covariance of features in float64, all that the Frechet distance knows of them.
 *
 * @param mean {@code [d]}
 * @param covariance {@code [d, d]}, divided by n, not n - 1
 */
public record Gaussian(double[] mean, double[] covariance) {
    private static final int PART = 1024;
    private static final Script ADD =
            Script.of("sum: Tensor, x: Tensor -> Tensor", "return torch.add_(sum, torch.matmul(torch.t(x), x))");

    /** Where features come from, one row after the other. */
    @FunctionalInterface
    public interface Source {
        float[] row(long index) throws IOException;
    }

    public static Gaussian of(Features features) {
        return new Gaussian(features.mean(), features.covariance());
    }

    /** Of more features than there is memory for: each is read twice. */
    public static Gaussian of(Source source, int count, int dimension) throws IOException {
        double[] mean = new double[dimension];
        for (int i = 0; i < count; i++) {
            float[] row = source.row(i);
            for (int k = 0; k < dimension; k++) {
                mean[k] += row[k];
            }
        }
        for (int k = 0; k < dimension; k++) {
            mean[k] /= count;
        }
        try (NDManager manager = ComputeDevice.manager()) {
            NDArray sum = manager.create(new double[dimension * dimension], new Shape(dimension, dimension));
            for (int from = 0; from < count; from += PART) {
                int part = Math.min(PART, count - from);
                double[] centred = new double[part * dimension];
                for (int i = 0; i < part; i++) {
                    float[] row = source.row(from + i);
                    for (int k = 0; k < dimension; k++) {
                        centred[i * dimension + k] = row[k] - mean[k];
                    }
                }
                try (NDManager scope = manager.newSubManager()) {
                    ADD.call(
                            Pass.inference(scope, new Weights(scope)),
                            sum,
                            scope.create(centred, new Shape(part, dimension)));
                }
            }
            double[] covariance = sum.toDoubleArray();
            for (int i = 0; i < covariance.length; i++) {
                covariance[i] /= count;
            }
            return new Gaussian(mean, covariance);
        }
    }
}
