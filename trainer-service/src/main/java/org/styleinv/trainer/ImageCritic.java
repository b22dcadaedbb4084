package org.styleinv.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Discriminator;

/** The discriminator of pictures in training: it judges, learns and is regularised. StyleGAN2, appendix B. */
final class ImageCritic {
    /**
     * @param rate of its optimiser
     * @param r1Gamma weight of R1
     * @param r1Interval steps between two R1 phases
     */
    record Config(double rate, double r1Gamma, int r1Interval) {}

    private final Discriminator network;
    private final Weights weights;
    private final Config config;
    private final List<NDArray> parameters;
    private final Adam adam;

    /** @param weights to start from, which this changes */
    ImageCritic(NDManager root, Discriminator network, Weights weights, Config config) {
        this.network = network;
        this.weights = weights;
        this.config = config;
        parameters = weights.parameters(network);
        adam = new Adam(root, parameters, new Adam.Config(config.rate, 0, 0.99, 1e-8, config.r1Interval));
    }

    /** {@code images [n, 3, r, r] -> logits [n, 1]}, differentiable if the pass is. */
    NDArray judge(Pass pass, NDArray images) {
        return network.forward(pass.with(weights), images);
    }

    /** One step on generated pictures, detached, and real ones, at {@code factor} times the rate. Returns the loss. */
    double learn(Pass pass, NDArray fake, NDArray real, double factor) {
        NDArray loss = Losses.saysFake(pass, judge(pass, fake)).add(Losses.saysReal(pass, judge(pass, real)));
        adam.step(Autograd.gradients(pass, loss, parameters), 1, factor);
        return loss.getFloat();
    }

    /** Whether R1 is due at {@code step}. */
    boolean isRegularised(long step) {
        return step % config.r1Interval == 0;
    }

    /** One lazy step on R1, in float32, at {@code factor} times the rate. Returns the penalty. */
    double regularise(NDManager scope, NDArray real, double factor) {
        Pass pass = Pass.training(scope, weights);
        real.setRequiresGradient(true);
        NDArray loss = Losses.r1(pass, judge(pass, real), real, config.r1Gamma);
        adam.step(Autograd.gradients(pass, loss, parameters), config.r1Interval, factor);
        return loss.getFloat();
    }

    /** Weights under {@code d.} and the optimiser's state. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        weights.arrays().forEach((key, array) -> state.put("d." + key, array));
        state.putAll(adam.state("adam.d"));
        return state;
    }
}
