package org.styleinv.network.optimiser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

class AdamTest {
    private static final Adam.Config CONFIG = new Adam.Config(0.01, 0.5, 0.9, 1e-8, 0);

    /** A channels-last convolution gives gradients strided otherwise than the parameter; each must meet its own weight. */
    @Test
    void aStepThroughAChannelsLastConvolutionMovesEveryWeightByItsOwnGradient() {
        try (NDManager root = NDManager.newBaseManager("PyTorch");
                Weights weights = new Weights(root)) {
            float[] start = random(4 * 3 * 3 * 3, 1);
            weights.put("k", start, 4, 3, 3, 3);
            NDArray k = weights.get("k");
            k.setRequiresGradient(true);
            NDArray x = root.create(random(2 * 3 * 8 * 8, 2), new Shape(2, 3, 8, 8));
            Pass pass = Pass.training(root, weights);
            NDArray y = Script.of("x: Tensor, k: Tensor -> Tensor", """
                            x = torch.contiguous(x, memory_format=2)
                            y = torch.conv2d(x, torch.contiguous(torch.mul(k, 2.), memory_format=2))
                            return torch.sum(torch.mul(y, y))""").call(pass, x, k);
            NDList gradients = Autograd.gradients(pass, y, List.of(k));
            float[] g = gradients.get(0).toFloatArray();

            try (Adam adam = new Adam(root, List.of(k), CONFIG)) {
                adam.step(gradients, 1);
            }

            float[] after = k.toFloatArray();
            for (int i = 0; i < start.length; i++) { // the first step is -rate * sign(g)
                assertEquals(start[i] - 0.01 * g[i] / (Math.abs(g[i]) + 1e-8), after[i], 1e-5, "weight " + i);
            }
        }
    }

    @Test
    void threeStepsFollowThePaper() {
        try (NDManager root = NDManager.newBaseManager("PyTorch")) {
            NDArray p = root.create(new float[] {1, -2});
            double[] expected = {1, -2};
            double[] m = new double[2];
            double[] v = new double[2];
            try (Adam adam = new Adam(root, List.of(p), CONFIG)) {
                for (int t = 1; t <= 3; t++) {
                    float[] g = {0.5f * t, -3f / t};
                    adam.step(List.of(root.create(g)), 2);
                    for (int i = 0; i < 2; i++) {
                        m[i] = 0.5 * m[i] + 0.5 * 2 * g[i];
                        v[i] = 0.9 * v[i] + 0.1 * 4 * g[i] * g[i];
                        expected[i] -= 0.01
                                * (m[i] / (1 - Math.pow(0.5, t)))
                                / (Math.sqrt(v[i] / (1 - Math.pow(0.9, t))) + 1e-8);
                    }
                }
            }
            assertEquals(expected[0], p.toFloatArray()[0], 1e-6);
            assertEquals(expected[1], p.toFloatArray()[1], 1e-6);
        }
    }

    @Test
    void aGradientThatIsNotANumberCountsAsZero() {
        try (NDManager root = NDManager.newBaseManager("PyTorch")) {
            NDArray p = root.create(new float[] {1, 1});
            try (Adam adam = new Adam(root, List.of(p), CONFIG)) {
                adam.step(List.of(root.create(new float[] {Float.NaN, 1})), 1);
            }
            assertEquals(1, p.toFloatArray()[0], 1e-7);
            assertEquals(0.99, p.toFloatArray()[1], 1e-6);
        }
    }

    private static float[] random(int size, long seed) {
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
