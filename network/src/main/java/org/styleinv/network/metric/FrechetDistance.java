package org.styleinv.network.metric;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.styleinv.network.ComputeDevice;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

/**
 * {@code |m1 - m2|² + tr(S1 + S2 - 2 (S1 S2)^1/2)}: FID of Inception's features, FVD of I3D's. Heusel et al. 2017, equation
 * 6; Unterthiner et al. 2018.
 */
public final class FrechetDistance {
    /**
     * How the root of the product is taken. They agree to many digits where covariances have full rank.
     */
    public enum Root {
        /** Of each covariance by its singular values, those below 1e-10 left as they are: FVD, as published. */
        SINGULAR_VALUES,
        /** Of the product itself, as by the general matrix square root: FID, as published. */
        GENERAL
    }

    private static final Script SINGULAR_VALUES = Script.of("a: Tensor, b: Tensor -> Tensor", """
            u, s, v = torch.linalg_svd(a, True)
            s1 = torch.where(torch.lt(s, 1e-10), s, torch.sqrt(s))
            r = torch.matmul(torch.mul(u, s1), v)
            u1, t, v1 = torch.linalg_svd(torch.matmul(torch.matmul(r, b), r), True)
            t1 = torch.where(torch.lt(t, 1e-10), t, torch.sqrt(t))
            return torch.trace(torch.matmul(torch.mul(u1, t1), v1))""");
    // The eigenvalues of a product of covariances are real and not negative; their roots sum up to the root's trace.
    private static final Script GENERAL = Script.of("a: Tensor, b: Tensor -> Tensor", """
            e = torch.real(torch.linalg_eigvals(torch.matmul(a, b)))
            return torch.sum(torch.sqrt(torch.clamp_min(e, 0.)))""");

    private static final Script FEW = Script.of(
            "a: Tensor, b: Tensor -> Tensor", "return torch.sum(torch.linalg_svdvals(torch.matmul(a, torch.t(b))))");

    private FrechetDistance() {}

    /** The distance of two sets of features; the order of the sets does not matter but for rounding. */
    public static double between(Features a, Features b, Root root) {
        if (a.dimension() != b.dimension()) {
            throw new IllegalArgumentException("features have " + a.dimension() + " and " + b.dimension()
                    + " dimensions; both sets want the same detector");
        }
        if (a.rows().length <= a.dimension() && b.rows().length <= a.dimension()) {
            return few(a, b);
        }
        return between(Gaussian.of(a), Gaussian.of(b), root);
    }

    /** The distance of two sets by their means and covariances. */
    public static double between(Gaussian a, Gaussian b, Root root) {
        double[] meanA = a.mean();
        double[] meanB = b.mean();
        double[] covarianceA = a.covariance();
        double[] covarianceB = b.covariance();
        int d = meanA.length;
        double distance = 0;
        for (int i = 0; i < d; i++) {
            distance += (meanA[i] - meanB[i]) * (meanA[i] - meanB[i]);
            distance += covarianceA[i * d + i] + covarianceB[i * d + i];
        }
        try (NDManager manager = ComputeDevice.manager()) {
            Pass pass = Pass.inference(manager, new Weights(manager));
            NDArray left = manager.create(covarianceA, new Shape(d, d));
            NDArray right = manager.create(covarianceB, new Shape(d, d));
            Script script = root == Root.GENERAL ? GENERAL : SINGULAR_VALUES;
            return distance - 2 * script.call(pass, left, right).getDouble();
        }
    }

    /**
     * Of fewer rows than dimensions: with centred rows {@code A, B} divided by the root of their number, the trace of {@code
     * (AᵀA BᵀB)^1/2} is the sum of the singular values of {@code A Bᵀ}. Exact, and thousands of times quicker.
     */
    private static double few(Features a, Features b) {
        double[] left = centred(a);
        double[] right = centred(b);
        double[] meanA = a.mean();
        double[] meanB = b.mean();
        double distance = 0;
        for (int i = 0; i < meanA.length; i++) {
            distance += (meanA[i] - meanB[i]) * (meanA[i] - meanB[i]);
        }
        for (double value : left) {
            distance += value * value;
        }
        for (double value : right) {
            distance += value * value;
        }
        try (NDManager manager = ComputeDevice.manager()) {
            Pass pass = Pass.inference(manager, new Weights(manager));
            int d = a.dimension();
            return distance
                    - 2
                            * FEW.call(
                                            pass,
                                            manager.create(left, new Shape(a.rows().length, d)),
                                            manager.create(right, new Shape(b.rows().length, d)))
                                    .getDouble();
        }
    }

    private static double[] centred(Features features) {
        int d = features.dimension();
        double[] mean = features.mean();
        double root = Math.sqrt(features.rows().length);
        double[] centred = new double[features.rows().length * d];
        for (int i = 0; i < centred.length; i++) {
            centred[i] = (features.rows()[i / d][i % d] - mean[i % d]) / root;
        }
        return centred;
    }
}
