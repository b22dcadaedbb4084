package org.styleinv.network.plain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.styleinv.network.Weights;
import org.styleinv.network.stylegan.SynthesisNetwork;

/** {@code ws -> image} with constant noise, in plain eager DJL. StyleGAN2 (Karras et al. 2020), section 2.2, figure 7 (b). */
public final class PlainSynthesis {
    private final SynthesisNetwork.Config config;
    private final Map<String, NDArray> folded = new HashMap<>(); // kernels that do not change, as phases

    public PlainSynthesis(SynthesisNetwork.Config config) {
        this.config = config;
    }

    /** Folds the kernels once, for weights that do not change any more. */
    public PlainSynthesis prepare(NDManager owner, Weights weights) {
        try (NDManager scope = owner.newSubManager()) {
            Plain plain = new Plain(scope, weights);
            for (int r = 8; r <= config.resolution(); r *= 2) {
                String name = "synthesis.b" + r + ".conv0";
                NDArray kernel = Phases.folded(plain.value(name + ".weight"), Phases.ofConvolution(scope));
                kernel.attach(owner);
                folded.put(name, kernel);
            }
        }
        return this;
    }

    /** One w for all layers: {@code w [n, wDim] -> image [n, 3, r, r]}. */
    public NDArray forward(Plain plain, NDArray w) {
        return forward(plain, Collections.nCopies(config.numWs(), w));
    }

    /** A w for each layer: {@code numWs x [n, wDim] -> image [n, 3, r, r]}. */
    public NDArray forward(Plain plain, List<NDArray> ws) {
        long n = ws.get(0).getShape().get(0);
        NDArray x = plain.scope().zeros(new Shape(n, config.channels(4), 4, 4)).add(plain.value("synthesis.b4.const"));
        NDArray image = null;
        int i = 0;
        for (int r = 4; r <= config.resolution(); r *= 2) {
            String block = "synthesis.b" + r;
            if (r > 4) {
                x = layer(plain, block + ".conv0", x, ws.get(i++), true);
            }
            x = layer(plain, block + ".conv1", x, ws.get(i++), false);
            NDArray colours = colours(plain, block + ".torgb", x, ws.get(i));
            image = image == null ? colours : enlarged(plain, image).add(colours);
        }
        return Objects.requireNonNull(image);
    }

    private NDArray layer(Plain plain, String name, NDArray x, NDArray w, boolean up) {
        NDArray s = plain.fullyConnected(name + ".affine", w, 1); // [n, in]
        NDArray weight = plain.value(name + ".weight");
        NDArray power = weight.mul(weight).sum(new int[] {2, 3}); // [out, in]
        NDArray d = s.mul(s).matMul(power.transpose()).add(plain.constant(1e-8)).sqrt(); // [n, out]
        x = x.mul(Plain.column(s));
        if (up) {
            plain.count(x.getShape().get(0)
                    * x.getShape().get(2)
                    * x.getShape().get(3)
                    * weight.getShape().size());
            NDArray kernel = folded.containsKey(name)
                    ? folded.get(name)
                    : Phases.folded(weight, Phases.ofConvolution(plain.scope()));
            x = Phases.interleaved(plain.conv(x, kernel, null, 1, 1, 1));
        } else {
            x = plain.conv(x, weight, null, 1, 1);
        }
        x = x.div(Plain.column(d));
        if (config.useNoise()) {
            x = x.add(plain.value(name + ".noise_const").mul(plain.value(name + ".noise_strength")));
        }
        x = x.add(plain.value(name + ".bias").reshape(1, -1, 1, 1));
        return plain.clamp(plain.times(plain.leakyRelu(x), Math.sqrt(2)), config.convClamp());
    }

    private NDArray colours(Plain plain, String name, NDArray x, NDArray w) {
        NDArray s = plain.times(
                plain.fullyConnected(name + ".affine", w, 1),
                1 / Math.sqrt(x.getShape().get(1)));
        NDArray y = plain.conv(x.mul(Plain.column(s)), plain.value(name + ".weight"), null, 1, 0);
        return plain.clamp(y.add(plain.value(name + ".bias").reshape(1, -1, 1, 1)), config.convClamp());
    }

    private static NDArray enlarged(Plain plain, NDArray image) {
        NDArray kernel = Phases.folded(plain.scope().ones(new Shape(3, 1, 1, 1)), Phases.ofEnlargement(plain.scope()));
        return Phases.interleaved(plain.conv(image, kernel, null, 1, 1, 3));
    }
}
