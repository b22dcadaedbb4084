package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.Noise;

/** Stage 1's result as the later stages use it: gradients pass through it and its weights stay. */
public record FrozenGenerator(Generator network, Weights weights) {
    private static final long PART_PIXELS = 1 << 20;
    private static final Script CONCAT = Script.of("xs: List[Tensor] -> Tensor", "return torch.cat(xs, 0)");

    public int zDim() {
        return network.config().zDim();
    }

    /** {@code z [n, zDim] -> w [n, wDim]}. */
    public NDArray map(Pass pass, NDArray z) {
        return network.mapping().forward(pass.with(weights), z);
    }

    /** {@code w [n, wDim] -> image [n, 3, r, r]}, with the stored noise. */
    public NDArray paint(Pass pass, NDArray w) {
        return paint(pass, w, Noise.CONST);
    }

    /** {@code w [n, wDim] -> image [n, 3, r, r]}. */
    public NDArray paint(Pass pass, NDArray w, Noise noise) {
        return network.synthesis().forward(pass.with(weights), w, noise);
    }

    /** As {@link #paint}, a few pictures at a time: for many large ones that nothing is learnt from. */
    public NDArray paintInParts(Pass pass, NDArray w, Noise noise) {
        long r = network.config().synthesis().resolution();
        long part = Math.max(1, PART_PIXELS / (r * r));
        long n = w.getShape().get(0);
        if (n <= part) {
            return paint(pass, w, noise);
        }
        List<NDArray> parts = new ArrayList<>();
        for (long from = 0; from < n; from += part) {
            try (NDManager scope = pass.scope().newSubManager()) {
                NDArray rows = w.get(new NDIndex("{}:{}", from, Math.min(n, from + part)));
                NDArray painted = paint(new Pass(scope, weights, false, pass.precision()), rows, noise);
                painted.attach(pass.scope());
                parts.add(painted);
                rows.close();
            }
        }
        return CONCAT.callWithList(pass, parts).get(0);
    }
}
