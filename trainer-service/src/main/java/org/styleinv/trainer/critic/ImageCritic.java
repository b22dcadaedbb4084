package org.styleinv.trainer.critic;

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
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.Draws.Shown;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Replicas;
import org.styleinv.trainer.device.Share;

/** The discriminator of pictures in training: it judges, learns and is regularised. StyleGAN2, appendix B. */
public final class ImageCritic {
    /**
     * @param rate of its optimiser
     * @param r1Gamma weight of R1
     * @param r1Interval steps between two R1 phases
     * @param frozen layers that do not learn, counted from the picture on ({@code freezed}). Freeze the Discriminator (Mo
     *     et al. 2020)
     */
    public record Config(double rate, double r1Gamma, int r1Interval, int frozen) {
        public Config(double rate, double r1Gamma, int r1Interval) {
            this(rate, r1Gamma, r1Interval, 0);
        }
    }

    private final Devices devices;
    private final Discriminator network;
    private final Replicas replicas;
    private final Config config;
    private final Adam adam;
    private final Augmentation augmentation;

    /** @param weights on the first device to start from, which this changes */
    public ImageCritic(
            Devices devices, Discriminator network, Weights weights, Config config, Augmentation.Config augmentation) {
        this.devices = devices;
        this.network = network;
        this.config = config;
        this.augmentation = new Augmentation(devices.root(0), augmentation);
        replicas = new Replicas(devices, network, weights, on -> learning(network, on, config.frozen));
        adam = new Adam(
                devices.root(0), replicas.parameters(), new Adam.Config(config.rate, 0, 0.99, 1e-8, config.r1Interval));
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

    /** Gives all devices the weights of the first. */
    public void follow() {
        replicas.follow();
    }

    /**
     * {@code images [n, 3, r, r] -> logits [n, 1]}, differentiable if the pass is.
     *
     * @param draws of the augmentation, for each of n
     */
    public NDArray judge(Pass pass, NDArray images, List<Draws> draws) {
        return judge(0, pass, images, draws);
    }

    /** The same on device {@code i}. */
    public NDArray judge(int i, Pass pass, NDArray images, List<Draws> draws) {
        return network.forward(pass.with(replicas.weights(i)), augmentation.apply(pass, images, draws));
    }

    /** Draws of the augmentation for device {@code i}'s part of {@code batch} pictures. */
    public List<Draws> draws(int i, Draws draws, Shown shown, int batch) {
        return devices.part(draws.each(shown, batch), i);
    }

    /** One step on generated pictures, detached, and real ones, at {@code factor} times the rate. Adds its figures. */
    public void learn(Pass pass, NDArray fake, NDArray real, Draws draws, double factor, Map<String, Double> figures) {
        learn(List.of(lesson(0, pass, fake, real, draws)), factor, size(real), figures);
    }

    /** What device {@code i} learns of its parts of a batch, generated ones detached. */
    public Share lesson(int i, Pass pass, NDArray fake, NDArray real, Draws draws) {
        NDArray fakeLogits = judge(i, pass, fake, draws(i, draws, Shown.FAKE, devices.count() * size(fake)));
        NDArray realLogits = judge(i, pass, real, draws(i, draws, Shown.REAL, devices.count() * size(real)));
        NDArray loss = Losses.saysFake(pass, fakeLogits).add(Losses.saysReal(pass, realLogits));
        List<NDArray> gradients = Autograd.gradients(pass, loss, replicas.parameters(i));
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss_d", (double) loss.getFloat());
        Scores.of(realLogits).addTo(figures, Shown.REAL);
        Scores.of(fakeLogits).addTo(figures, Shown.FAKE);
        return new Share(gradients, figures);
    }

    /** One step on lessons of {@code items} real pictures in all. */
    public void learn(List<Share> lessons, double factor, int items, Map<String, Double> figures) {
        replicas.learn(adam, lessons, 1, factor);
        Map<String, Double> mean = Share.mean(lessons);
        augmentation.judged(mean, items);
        figures.putAll(mean);
    }

    private static int size(NDArray batch) {
        return Math.toIntExact(batch.getShape().get(0));
    }

    /** Whether R1 is due at {@code step}. */
    public boolean isRegularised(long step) {
        return step % config.r1Interval == 0;
    }

    /** One lazy step on R1, in float32, at {@code factor} times the rate. Returns the penalty. */
    public double regularise(NDManager scope, NDArray real, Draws draws, double factor) {
        return regularise(List.of(regulariser(0, scope, real, draws)), factor, size(real));
    }

    /** What device {@code i} makes of R1 on its part of a batch, in float32. */
    public Share regulariser(int i, NDManager scope, NDArray real, Draws draws) {
        Pass pass = Pass.training(scope, replicas.weights(i));
        real.setRequiresGradient(true);
        NDArray logits = judge(i, pass, real, draws(i, draws, Shown.REAL, devices.count() * size(real)));
        NDArray loss = Losses.r1(pass, logits, real, config.r1Gamma);
        List<NDArray> gradients = Autograd.gradients(pass, loss, replicas.parameters(i));
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("r1", (double) loss.getFloat());
        Scores.of(logits).addTo(figures, Shown.REAL);
        return new Share(gradients, figures);
    }

    /** One lazy step on R1 of {@code items} pictures in all. Returns the penalty. */
    public double regularise(List<Share> regularisers, double factor, int items) {
        replicas.learn(adam, regularisers, config.r1Interval, factor);
        Map<String, Double> mean = Share.mean(regularisers);
        augmentation.judged(mean, items);
        return mean.get("r1");
    }

    /** Ends a step that showed {@code images}: the augmentation follows. */
    public void adapt(long step, int images, Map<String, Double> figures) {
        augmentation.adapt(step, images, figures);
    }

    /** Weights under {@code d.}, the optimiser's state and the augmentation's. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        replicas.weights().arrays().forEach((key, array) -> state.put("d." + key, array));
        state.putAll(adam.state("adam.d"));
        state.putAll(augmentation.state());
        return state;
    }
}
