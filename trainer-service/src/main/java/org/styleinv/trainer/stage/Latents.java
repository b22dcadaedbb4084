package org.styleinv.trainer.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Pass;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.device.Devices;

/**
 * Random latents with style mixing. StyleGAN (Karras et al. 2019), section 3.1.
 *
 * @param z {@code [n, zDim]}
 * @param other of the layers from {@code cutoff} on; z itself where there is no mixing
 */
record Latents(NDArray z, NDArray other, int cutoff) {

    /** @param mixing probability that the layers from a random one on have another latent */
    static Latents draw(NDManager scope, Generator generator, Draws draws, int n, double mixing) {
        int zDim = generator.config().zDim();
        int numWs = generator.synthesis().config().numWs();
        NDArray z = draws.normal(scope, n, zDim);
        if (draws.uniform() >= mixing) {
            return new Latents(z, z, numWs);
        }
        int cutoff = 1 + draws.below(numWs - 1);
        return new Latents(z, draws.normal(scope, n, zDim), cutoff);
    }

    /** Device {@code i}'s part. */
    Latents part(Devices devices, Pass pass, int i) {
        NDArray part = devices.part(pass, z, i);
        return new Latents(part, other == z ? part : devices.part(pass, other, i), cutoff);
    }

    /**
     * A w for each layer: {@code numWs x [n, wDim]}.
     *
     * @param track whether the generator's mean w follows
     */
    List<NDArray> ws(Pass pass, Generator generator, boolean track) {
        NDArray w = generator.mapping().forward(pass, z);
        if (track) {
            generator.mapping().track(pass, w);
        }
        NDArray second = other == z ? w : generator.mapping().forward(pass, other);
        List<NDArray> ws = new ArrayList<>();
        for (int i = 0; i < generator.synthesis().config().numWs(); i++) {
            ws.add(i < cutoff ? w : second);
        }
        return ws;
    }

    /** A w for each layer, of fresh z. */
    static List<NDArray> mixed(Pass pass, Generator generator, Draws draws, int n, double mixing, boolean track) {
        return draw(pass.scope(), generator, draws, n, mixing).ws(pass, generator, track);
    }
}
