package org.styleinv.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.styleinv.network.Autograd;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.Draws.Shown;

/** The discriminator of pictures in training: it judges, learns and is regularised. StyleGAN2, appendix B. */
final class ImageCritic {
    /**
     * @param rate of its optimiser
     * @param r1Gamma weight of R1
     * @param r1Interval steps between two R1 phases
     * @param frozen layers that do not learn, counted from the picture on ({@code freezed}). Freeze the Discriminator (Mo
     *     et al. 2020)
     */
    record Config(double rate, double r1Gamma, int r1Interval, int frozen) {
        Config(double rate, double r1Gamma, int r1Interval) {
            this(rate, r1Gamma, r1Interval, 0);
        }
    }

    private final Discriminator network;
    private final Weights weights;
    private final Config config;
    private final List<NDArray> parameters;
    private final Adam adam;
    private final Augmentation augmentation;

    /** @param weights to start from, which this changes */
    ImageCritic(
            NDManager root, Discriminator network, Weights weights, Config config, Augmentation.Config augmentation) {
        this.network = network;
        this.weights = weights;
        this.config = config;
        this.augmentation = new Augmentation(root, augmentation);
        parameters = learning(network, weights, config.frozen);
        adam = new Adam(root, parameters, new Adam.Config(config.rate, 0, 0.99, 1e-8, config.r1Interval));
    }

    /** Parameters of all layers but the first {@code frozen}. */
    private static List<NDArray> learning(Discriminator network, Weights weights, int frozen) {
        Set<String> layers = new LinkedHashSet<>();
        List<NDArray> parameters = new ArrayList<>();
        for (Layer.Variable variable : network.variables()) {
            layers.add(variable.name().substring(0, variable.name().lastIndexOf('.')));
            if (layers.size() > frozen) {
                NDArray array = weights.get(variable.name());
                array.setRequiresGradient(true);
                parameters.add(array);
            }
        }
        if (frozen < 0 || parameters.isEmpty()) {
            throw new IllegalArgumentException("freezed must be from 0 to " + (layers.size() - 1)
                    + " layers, so that something learns, got " + frozen);
        }
        return parameters;
    }

    /**
     * {@code images [n, 3, r, r] -> logits [n, 1]}, differentiable if the pass is.
     *
     * @param draws of the augmentation, for each of n
     */
    NDArray judge(Pass pass, NDArray images, List<Draws> draws) {
        return network.forward(pass.with(weights), augmentation.apply(pass, images, draws));
    }

    /** One step on generated pictures, detached, and real ones, at {@code factor} times the rate. Adds its figures. */
    void learn(Pass pass, NDArray fake, NDArray real, Draws draws, double factor, Map<String, Double> figures) {
        NDArray fakeLogits = judge(pass, fake, draws.each(Shown.FAKE, size(fake)));
        NDArray realLogits = judge(pass, real, draws.each(Shown.REAL, size(real)));
        NDArray loss = Losses.saysFake(pass, fakeLogits).add(Losses.saysReal(pass, realLogits));
        adam.step(Autograd.gradients(pass, loss, parameters), 1, factor);
        figures.put("loss_d", (double) loss.getFloat());
        Scores scores = Scores.of(realLogits);
        augmentation.judged(scores.signSum(), scores.count());
        scores.addTo(figures, Shown.REAL);
        Scores.of(fakeLogits).addTo(figures, Shown.FAKE);
    }

    private static int size(NDArray batch) {
        return Math.toIntExact(batch.getShape().get(0));
    }

    /** Whether R1 is due at {@code step}. */
    boolean isRegularised(long step) {
        return step % config.r1Interval == 0;
    }

    /** One lazy step on R1, in float32, at {@code factor} times the rate. Returns the penalty. */
    double regularise(NDManager scope, NDArray real, Draws draws, double factor) {
        Pass pass = Pass.training(scope, weights);
        real.setRequiresGradient(true);
        NDArray logits = judge(pass, real, draws.each(Shown.REAL, size(real)));
        NDArray loss = Losses.r1(pass, logits, real, config.r1Gamma);
        adam.step(Autograd.gradients(pass, loss, parameters), config.r1Interval, factor);
        Scores scores = Scores.of(logits);
        augmentation.judged(scores.signSum(), scores.count());
        return loss.getFloat();
    }

    /** Ends a step that showed {@code images}: the augmentation follows. */
    void adapt(long step, int images, Map<String, Double> figures) {
        augmentation.adapt(step, images, figures);
    }

    /** Weights under {@code d.}, the optimiser's state and the augmentation's. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        weights.arrays().forEach((key, array) -> state.put("d." + key, array));
        state.putAll(adam.state("adam.d"));
        state.putAll(augmentation.state());
        return state;
    }
}
