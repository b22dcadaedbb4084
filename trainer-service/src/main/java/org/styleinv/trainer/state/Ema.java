package org.styleinv.trainer.state;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.network.Layer;
import org.styleinv.network.Script;
import org.styleinv.network.Weights;

/**
 * Exponential moving average of a network's parameters; buffers are copied as they are. What is served is the average.
 * Progressive GAN (Karras et al. 2018), appendix A.1.
 */
public final class Ema implements AutoCloseable {
    private static final Script LERP = Script.of(
            "averages: List[Tensor], values: List[Tensor], weight: float -> int",
            "torch._foreach_lerp_(averages, values, weight)",
            "return 0");
    private static final Script COPY = Script.of("averages: List[Tensor], values: List[Tensor] -> int", """
            for i in range(torch.len(averages)):
              _0 = torch.copy_(averages[i], values[i])
            return 0""");

    private final Weights average;
    private final Weights source;
    private final List<String> parameters = new ArrayList<>();
    private final List<String> buffers = new ArrayList<>();
    private final double halfLife;
    private final double rampUp;

    /**
     * @param halfLifeKimg thousands of images after which an old value counts half
     * @param rampUp the half life is at most this share of the images seen so far; 0 = no ramp
     */
    public Ema(NDManager parent, Layer network, Weights source, double halfLifeKimg, double rampUp) {
        average = source.copy(parent);
        this.source = source;
        halfLife = halfLifeKimg * 1000;
        this.rampUp = rampUp;
        for (Layer.Variable variable : network.variables()) {
            (variable.trainable() ? parameters : buffers).add(variable.name());
        }
    }

    public Weights weights() {
        return average;
    }

    /** Follows the source after a step of {@code batch} images. */
    public void update(int batch, long images) {
        double life = rampUp > 0 ? Math.min(halfLife, images * rampUp) : halfLife;
        double weight = 1 - Math.pow(0.5, batch / Math.max(life, 1e-8));
        LERP.update(List.of(arrays(average, parameters), arrays(source, parameters)), weight);
        if (!buffers.isEmpty()) {
            COPY.update(List.of(arrays(average, buffers), arrays(source, buffers)));
        }
    }

    private static List<NDArray> arrays(Weights weights, List<String> names) {
        return names.stream().map(weights::get).toList();
    }

    @Override
    public void close() {
        average.close();
    }
}
