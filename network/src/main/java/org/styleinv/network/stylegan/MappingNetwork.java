package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;
import org.styleinv.network.op.SecondMoment;
import org.styleinv.network.stylegan.FullyConnected.Activation;

/** {@code z -> w}: normalises z, then fully connected layers. StyleGAN (Karras et al. 2019), section 2. */
public final class MappingNetwork extends Layer {
    private static final double LR_MULTIPLIER = 0.01;
    private static final Script TRACK = Script.of(
            "average: List[Tensor], w: List[Tensor] -> int",
            "_0 = torch.copy_(average[0], torch.lerp(torch.mean(w[0], [0]), average[0], 0.995))",
            "return 0");
    private static final Script TRUNCATE =
            Script.of("w: Tensor, average: Tensor, psi: Tensor -> Tensor", "return torch.lerp(average, w, psi)");

    private final String wAvg; // [wDim]
    private final List<FullyConnected> layers = new ArrayList<>();

    public MappingNetwork(String name, int zDim, int wDim, int depth) {
        super(name);
        wAvg = buffer("w_avg", Initializer.ZEROS, wDim);
        for (int i = 0; i < depth; i++) {
            layers.add(child(new FullyConnected(
                    path("fc" + i), i == 0 ? zDim : wDim, wDim, Activation.LEAKY_RELU, LR_MULTIPLIER, 0)));
        }
    }

    /** {@code z [n, zDim] -> w [n, wDim]}, not truncated. */
    public NDArray forward(Pass pass, NDArray z) {
        NDArray w = SecondMoment.normalize(pass, z);
        for (FullyConnected layer : layers) {
            w = layer.forward(pass, w);
        }
        return w;
    }

    /** {@code wAvg + psi (w - wAvg)}; psi 1 is off. StyleGAN, appendix B. */
    public NDArray truncate(Pass pass, NDArray w, double psi) {
        return psi == 1
                ? w
                : TRUNCATE.call(pass, w, pass.weight(wAvg), pass.scope().create((float) psi));
    }

    /** Moves the tracked mean of w towards this batch's, in place: {@code 0.995 old + 0.005 mean}. Not recorded. */
    public void track(Pass pass, NDArray w) {
        TRACK.update(List.of(List.of(pass.weight(wAvg)), List.of(w)));
    }
}
