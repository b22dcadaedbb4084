package org.styleinv.trainer.critic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.CriticObjective;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.Draws.Shown;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Replicas;
import org.styleinv.trainer.device.Share;

/**
 * A discriminator in training: its weights on all devices, its optimiser, its loss with lazy R1, and the augmentation of
 * all that it sees. What it judges is for those that extend it to say. StyleGAN2 (Karras et al. 2020), appendix B.
 */
public abstract sealed class Critic permits ImageCritic, VideoCritic {
    /**
     * @param batch real items a step, on all devices together; as many are generated
     * @param rate of the optimiser
     * @param r1Gamma weight of R1
     * @param r1Interval steps between two R1 phases
     * @param augmentation of what the discriminator sees
     */
    public record Config(int batch, double rate, double r1Gamma, int r1Interval, Augmentation.Config augmentation) {
        Config withGamma(double gamma) {
            return new Config(batch, rate, gamma, r1Interval, augmentation);
        }
    }

    private final Devices devices;
    private final String name;
    private final Replicas replicas;
    private final Config config;
    private final CriticObjective objective;
    private final Adam adam;
    private final Augmentation augmentation;

    /**
     * @param name of its weights in a snapshot
     * @param group items that the network must see together
     * @throws IllegalArgumentException where a batch does not fall into whole groups on every device
     */
    Critic(Devices devices, String name, Replicas replicas, int group, Config config) {
        devices.check(config.batch, group);
        this.devices = devices;
        this.name = name;
        this.replicas = replicas;
        this.config = config;
        objective = new CriticObjective(config.r1Gamma);
        augmentation = new Augmentation(devices.root(0), config.augmentation);
        adam = new Adam(
                devices.root(0), replicas.parameters(), new Adam.Config(config.rate, 0, 0.99, 1e-8, config.r1Interval));
    }

    /** Gives all devices the weights of the first. */
    public final void follow() {
        replicas.follow();
    }

    public final Weights weights(int device) {
        return replicas.weights(device);
    }

    /** Device {@code i}'s part of what is shown, {@code [n, c, r, r]}, as the discriminator sees it. */
    final NDArray augmented(int i, Pass pass, NDArray items, Draws draws, Shown shown) {
        return augmentation.apply(pass, items, devices.part(draws.each(shown, config.batch), i));
    }

    /** What device {@code i} learns of its part's logits. */
    final Share lesson(int i, Pass pass, NDArray fakeLogits, NDArray realLogits) {
        CriticObjective.CriticLoss loss = objective.loss(pass, fakeLogits, realLogits);
        List<NDArray> gradients = Autograd.gradients(pass, loss.total(), replicas.parameters(i));
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss_d", (double) loss.total().getFloat());
        Scores.of(realLogits).addTo(figures, Shown.REAL);
        Scores.of(fakeLogits).addTo(figures, Shown.FAKE);
        return new Share(gradients, figures);
    }

    /** One step on all devices' lessons, at {@code factor} times the rate. Adds its figures. */
    public final void learn(List<Share> lessons, double factor, Map<String, Double> figures) {
        replicas.learn(adam, lessons, 1, factor);
        Map<String, Double> mean = Share.mean(lessons);
        augmentation.judged(mean, config.batch);
        figures.putAll(mean);
    }

    /** Whether R1 is due at {@code step}. */
    public final boolean isRegularised(long step) {
        return step % config.r1Interval == 0;
    }

    /** What device {@code i} makes of R1 on its part of a batch, in a pass of {@link #exact}. */
    final Share regulariser(int i, Pass pass, NDArray real, UnaryOperator<NDArray> judge) {
        CriticObjective.Regulariser r1 = objective.r1(pass, real, judge);
        List<NDArray> gradients = Autograd.gradients(pass, r1.penalty().mean(), replicas.parameters(i));
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("r1", r1.penalty().value());
        Scores.of(r1.logits()).addTo(figures, Shown.REAL);
        return new Share(gradients, figures);
    }

    /** A pass in float32, as second derivatives want it. */
    final Pass exact(int i, NDManager scope) {
        return Pass.training(scope, replicas.weights(i));
    }

    /** One lazy step on all devices' R1, at {@code factor} times the rate. Adds the penalty. */
    public final void regularise(List<Share> regularisers, double factor, Map<String, Double> figures) {
        replicas.learn(adam, regularisers, config.r1Interval, factor);
        Map<String, Double> mean = Share.mean(regularisers);
        augmentation.judged(mean, config.batch);
        figures.put("r1", mean.get("r1"));
    }

    /** Ends a step: the augmentation follows. */
    public final void adapt(long step, Map<String, Double> figures) {
        augmentation.adapt(step, config.batch, figures);
    }

    /** Weights under the name, the optimiser's state and the augmentation's. */
    public final Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        replicas.weights().arrays().forEach((key, array) -> state.put(name + "." + key, array));
        state.putAll(adam.state("adam." + name));
        state.putAll(augmentation.state());
        return state;
    }
}
