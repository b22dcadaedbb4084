package org.styleinv.network.direction;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.MotionNoise;
import org.styleinv.network.stylegan.Generator;

/**
 * Finds directions in W, without labels and without painting. Each is returned with the length of one standard deviation of w
 * along it, and with its largest component above zero, for an eigenvector has no sign.
 */
public final class DirectionFinder {
    private static final int BATCH = 256;

    // Eigenvalues rise, so the last ones come first here. Row 0 is the values, below it a vector a column.
    private static final Script EIGEN = Script.of("a: Tensor -> Tensor", """
            values, vectors = torch.linalg_eigh(a)
            return torch.flip(torch.cat([torch.unsqueeze(values, 0), vectors], 0), [1])""");

    private final Generator generator;
    private final Weights weights;
    private final int wDim;
    private final double[] covariance; // of w, [wDim, wDim]
    private final double variance; // its trace

    /**
     * A direction that was found.
     *
     * @param vector of width wDim; its length is a standard deviation of w
     * @param share of the variance of w that lies along it, 0 to 1
     */
    public record Found(float[] vector, double share) {}

    /**
     * Looks at how w is spread.
     *
     * @param samples of z, the same for the same number; 16 * wDim are enough
     */
    public DirectionFinder(Generator generator, Weights weights, int samples) {
        if (samples < 2) {
            throw new IllegalArgumentException("a spread wants at least 2 samples, got " + samples);
        }
        this.generator = generator;
        this.weights = weights;
        wDim = generator.config().synthesis().wDim();
        covariance = covariance(samples);
        double trace = 0;
        for (int i = 0; i < wDim; i++) {
            trace += covariance[i * wDim + i];
        }
        variance = trace;
    }

    /**
     * The directions in which w varies most: principal components (Härkönen et al., GANSpace, NeurIPS 2020, section 2).
     *
     * @param count 1 to wDim
     */
    public List<Found> principal(int count) {
        return first(covariance, count);
    }

    /**
     * The directions to which the styles of all layers answer most, in closed form: eigenvectors of {@code A^T A}, where A is
     * the affine layers' weights one above the other (Shen and Zhou, Closed-Form Factorization of Latent Semantics in GANs,
     * CVPR 2021, equation 5).
     *
     * @param count 1 to wDim
     */
    public List<Found> factorised(int count) {
        double[] product = new double[wDim * wDim];
        weights.arrays().forEach((name, array) -> {
            if (name.startsWith("synthesis.") && name.endsWith(".affine.weight")) {
                add(array.toFloatArray(), product); // [channels, wDim]
            }
        });
        return first(product, count);
    }

    private void add(float[] rows, double[] product) {
        for (int row = 0; row < rows.length; row += wDim) {
            for (int i = 0; i < wDim; i++) {
                for (int j = 0; j < wDim; j++) {
                    product[i * wDim + j] += (double) rows[row + i] * rows[row + j];
                }
            }
        }
    }

    private List<Found> first(double[] symmetric, int count) {
        if (count < 1 || count > wDim) {
            throw new IllegalArgumentException(
                    "the number of directions must be from 1 to " + wDim + ", which is the width of w, got " + count);
        }
        try (NDManager scope = weights.manager().newSubManager()) {
            NDArray matrix = scope.create(DoubleBuffer.wrap(symmetric), new Shape(wDim, wDim), DataType.FLOAT64);
            double[] rows = EIGEN.call(Pass.inference(scope, weights), matrix).toDoubleArray();
            List<Found> found = new ArrayList<>();
            for (int column = 0; column < count; column++) {
                found.add(found(rows, column));
            }
            return found;
        }
    }

    private Found found(double[] rows, int column) {
        double[] unit = new double[wDim];
        int largest = 0;
        for (int i = 0; i < wDim; i++) {
            unit[i] = rows[(i + 1) * wDim + column];
            largest = Math.abs(unit[i]) > Math.abs(unit[largest]) ? i : largest;
        }
        double along = 0; // the variance of w along the vector
        for (int i = 0; i < wDim; i++) {
            for (int j = 0; j < wDim; j++) {
                along += unit[i] * covariance[i * wDim + j] * unit[j];
            }
        }
        double length = Math.copySign(Math.sqrt(Math.max(0, along)), unit[largest]);
        float[] vector = new float[wDim];
        for (int i = 0; i < wDim; i++) {
            vector[i] = (float) (length * unit[i]);
        }
        return new Found(vector, variance == 0 ? 0 : along / variance);
    }

    private double[] covariance(int samples) {
        double[] sum = new double[wDim];
        double[] squares = new double[wDim * wDim];
        for (int from = 0; from < samples; from += BATCH) {
            float[] w = map(from, Math.min(BATCH, samples - from));
            for (int row = 0; row < w.length; row += wDim) {
                for (int i = 0; i < wDim; i++) {
                    sum[i] += w[row + i];
                    for (int j = 0; j < wDim; j++) {
                        squares[i * wDim + j] += (double) w[row + i] * w[row + j];
                    }
                }
            }
        }
        for (int i = 0; i < wDim; i++) {
            for (int j = 0; j < wDim; j++) {
                squares[i * wDim + j] = (squares[i * wDim + j] - sum[i] * sum[j] / samples) / (samples - 1);
            }
        }
        return squares;
    }

    /** Seeds {@code from} and on, as the mesh maps them. */
    private float[] map(int from, int count) {
        int zDim = generator.config().zDim();
        float[] z = new float[count * zDim];
        for (int i = 0; i < count; i++) {
            System.arraycopy(MotionNoise.anchor(from + i, 0, zDim), 0, z, i * zDim, zDim);
        }
        try (NDManager scope = weights.manager().newSubManager()) {
            Pass pass = Pass.inference(scope, weights);
            return generator
                    .mapping()
                    .forward(pass, scope.create(z, new Shape(count, zDim)))
                    .toFloatArray();
        }
    }
}
