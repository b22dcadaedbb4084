package org.styleinv.trainer;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Pass;
import org.styleinv.network.stylegan.Generator;

/** Random latents with style mixing. StyleGAN (Karras et al. 2019), section 3.1. */
final class Latents {
    private Latents() {}

    /**
     * A w for each layer, of fresh z: {@code numWs x [n, wDim]}.
     *
     * @param mixing probability that the layers from a random one on have another latent
     * @param track whether the generator's mean w follows
     */
    static List<NDArray> mixed(Pass pass, Generator generator, Draws draws, int n, double mixing, boolean track) {
        int zDim = generator.config().zDim();
        int numWs = generator.synthesis().config().numWs();
        NDArray w = generator.mapping().forward(pass, draws.normal(pass.scope(), n, zDim));
        if (track) {
            generator.mapping().track(pass, w);
        }
        NDArray other = w;
        int cutoff = numWs;
        if (draws.uniform() < mixing) {
            cutoff = 1 + draws.below(numWs - 1);
            other = generator.mapping().forward(pass, draws.normal(pass.scope(), n, zDim));
        }
        List<NDArray> ws = new ArrayList<>();
        for (int i = 0; i < numWs; i++) {
            ws.add(i < cutoff ? w : other);
        }
        return ws;
    }
}
