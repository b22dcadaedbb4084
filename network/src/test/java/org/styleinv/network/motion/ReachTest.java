package org.styleinv.network.motion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.inversion.IrSeBackbone;

class ReachTest {
    private static final int W = 16;
    private static final IrSeBackbone.Config BACKBONE =
            new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
    private static final TemporalStyle.Config STYLE = new TemporalStyle.Config(W, W, 8, 4, 4, 4, 16, 3);

    @Test
    void aWildMotionStaysWithinReach() {
        assertTrue(distance(0, 100) > 20, "without a bound it leaps");
        double bounded = distance(2, 100);
        assertTrue(bounded > 1.9 && bounded <= 2.0001, "distance " + bounded);
    }

    @Test
    void aQuietMotionIsHardlyChanged() {
        double free = distance(0, 0.001f);
        assertTrue(free > 0);
        assertEquals(free, distance(2, 0.001f), free * 1e-4);
    }

    @Test
    void refusesANegativeReach() {
        assertThrows(IllegalArgumentException.class, () -> new StyleInV.Config(BACKBONE, STYLE, -1));
    }

    /** {@code |w_t - w0|} of a fresh model whose head is scaled. */
    private static double distance(double reach, float scale) {
        StyleInV network = new StyleInV(new StyleInV.Config(BACKBONE, STYLE, reach));
        try (NDManager root = NDManager.newBaseManager("PyTorch");
                Weights weights = network.initialize(root, 3)) {
            float[] head = weights.get("encoder.linear.weight").toFloatArray();
            for (int i = 0; i < head.length; i++) {
                head[i] *= scale;
            }
            weights.put("encoder.linear.weight", head, W, W);
            Pass pass = Pass.inference(root, weights);
            NDArray image = root.ones(new Shape(1, 3, 32, 32));
            NDArray w0 = root.zeros(new Shape(1, W));
            float[] wt = network.encode(pass, network.prefix(pass, image), root.ones(new Shape(1, W)), w0)
                    .toFloatArray();
            double sum = 0;
            for (float value : wt) {
                sum += (double) value * value;
            }
            return Math.sqrt(sum);
        }
    }
}
