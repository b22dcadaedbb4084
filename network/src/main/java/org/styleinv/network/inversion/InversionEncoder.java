package org.styleinv.network.inversion;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * Inverts a picture: {@code image -> w0}, one w for all layers, as a difference from the generator's mean w. StyleInV
 * (Wang et al. 2023), section 3.2; pSp (Richardson et al. 2021).
 */
public final class InversionEncoder extends Layer {
    /** @param wDim width of w */
    public record Config(int wDim, IrSeBackbone.Config backbone) {}

    private static final Script ADD = Script.of("x: Tensor, y: Tensor -> Tensor", "return torch.add(x, y)");

    private final Config config;
    private final IrSeBackbone backbone;
    private final String latentAvg; // [wDim]

    public InversionEncoder(Config config) {
        super("");
        this.config = config;
        backbone = child(new IrSeBackbone("encoder", config.backbone(), config.wDim()));
        latentAvg = buffer("latent_avg", Initializer.ZEROS, config.wDim());
    }

    public Config config() {
        return config;
    }

    public IrSeBackbone backbone() {
        return backbone;
    }

    /** {@code image [n, 3, r, r]} in [-1, 1], any r from 16 {@code -> w0 [n, wDim]}. */
    public NDArray forward(Pass pass, NDArray image) {
        return pass.linked(this, "forward", (each, inputs) -> evaluate(each, inputs.get(0)), image);
    }

    private NDArray evaluate(Pass pass, NDArray image) {
        NDArray x = backbone.input(pass, image);
        for (int stage = 0; stage < IrSeBackbone.STAGES; stage++) {
            x = backbone.stage(pass, stage, x);
        }
        return ADD.call(pass, backbone.head(pass, x), pass.weight(latentAvg));
    }
}
