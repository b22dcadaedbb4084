package org.styleinv.trainer.critic;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Autograd;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.LatentCritic;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Clip;
import org.styleinv.network.motion.MotionObjective.CriticLoss;
import org.styleinv.network.motion.MotionObjective.Judge;
import org.styleinv.network.motion.MotionObjective.Regulariser;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.Draws.Shown;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Replicas;
import org.styleinv.trainer.device.Share;

/** The discriminator of clips in training: it judges, learns and is regularised. StyleInV (Wang et al. 2023), section 3.4. */
public final class VideoCritic {
    private final Devices devices;
    private final Judge network;
    private final String name;
    private final MotionObjective objective;
    private final int batch;
    private final int r1Interval;
    private final Replicas replicas;
    private final Adam adam;
    private final Augmentation augmentation;

    /**
     * @param weights on the first device, which this changes
     * @param batch clips a step
     */
    public VideoCritic(
            Devices devices,
            VideoDiscriminator network,
            Weights weights,
            MotionObjective objective,
            int batch,
            double rate,
            int r1Interval,
            Augmentation.Config augmentation) {
        this(
                devices,
                "d",
                network,
                network.config().mbstdGroup(),
                network::forward,
                weights,
                objective,
                batch,
                rate,
                r1Interval,
                augmentation);
    }

    /** Of clips of latents, which are shown as they are. */
    public static VideoCritic ofLatents(
            Devices devices,
            LatentCritic network,
            Weights weights,
            MotionObjective objective,
            int batch,
            double rate,
            int r1Interval) {
        return new VideoCritic(
                devices,
                "latent",
                network,
                1,
                network::forward,
                weights,
                objective,
                batch,
                rate,
                r1Interval,
                Augmentation.Config.NONE);
    }

    /**
     * @param name of its weights in a snapshot
     * @param group samples that it must see together
     * @param judge what the layer does
     */
    private VideoCritic(
            Devices devices,
            String name,
            Layer layer,
            int group,
            Judge judge,
            Weights weights,
            MotionObjective objective,
            int batch,
            double rate,
            int r1Interval,
            Augmentation.Config augmentation) {
        devices.check(batch, group);
        this.devices = devices;
        this.name = name;
        network = judge;
        this.objective = objective;
        this.batch = batch;
        this.r1Interval = r1Interval;
        this.augmentation = new Augmentation(devices.root(0), augmentation);
        replicas = new Replicas(devices, layer, weights);
        adam = new Adam(devices.root(0), replicas.parameters(), new Adam.Config(rate, 0, 0.99, 1e-8, r1Interval));
    }

    /** Gives all devices the weights of the first. */
    public void follow() {
        replicas.follow();
    }

    public Weights weights(int device) {
        return replicas.weights(device);
    }

    /** Judges device {@code i}'s part of what is shown, behind the augmentation. */
    public Judge judge(int i, Draws draws, Shown shown) {
        List<Draws> each = devices.part(draws.each(shown, batch), i);
        return (pass, clips, ts) ->
                network.judge(pass.with(replicas.weights(i)), augmentation.apply(pass, clips, each), ts);
    }

    /** What device {@code i} learns of its parts, generated ones detached. */
    public Share lesson(int i, Pass pass, Clip fake, Clip real, Draws draws) {
        CriticLoss loss = objective.critic(pass, fake, judge(i, draws, Shown.FAKE), real, judge(i, draws, Shown.REAL));
        List<NDArray> gradients = Autograd.gradients(pass, loss.total(), replicas.parameters(i));
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss_d", (double) loss.total().getFloat());
        Scores.of(loss.realLogits()).addTo(figures, Shown.REAL);
        Scores.of(loss.fakeLogits()).addTo(figures, Shown.FAKE);
        return new Share(gradients, figures);
    }

    /** One step at {@code factor} times the rate. */
    public void learn(List<Share> lessons, double factor, Map<String, Double> figures) {
        replicas.learn(adam, lessons, 1, factor);
        Map<String, Double> mean = Share.mean(lessons);
        augmentation.judged(mean, batch);
        figures.putAll(mean);
    }

    /** Whether R1 is due at {@code step}. */
    public boolean isRegularised(long step) {
        return step % r1Interval == 0;
    }

    /** What device {@code i} makes of R1 on its part. */
    public Share regulariser(int i, Pass pass, Clip real, Draws draws) {
        Regulariser r1 = objective.r1(pass, real, judge(i, draws, Shown.REAL));
        List<NDArray> gradients = Autograd.gradients(pass, r1.penalty().mean(), replicas.parameters(i));
        Map<String, Double> figures = new LinkedHashMap<>();
        Scores.of(r1.logits()).addTo(figures, Shown.REAL);
        figures.put("r1", r1.penalty().value());
        return new Share(gradients, figures);
    }

    /** One lazy step on R1 at {@code factor} times the rate. */
    public void regularise(List<Share> regularisers, double factor, Map<String, Double> figures) {
        replicas.learn(adam, regularisers, r1Interval, factor);
        Map<String, Double> mean = Share.mean(regularisers);
        augmentation.judged(mean, batch);
        figures.put("r1", mean.get("r1"));
    }

    /** Ends a step: the augmentation follows. */
    public void adapt(long step, Map<String, Double> figures) {
        augmentation.adapt(step, batch, figures);
    }

    /** Weights under the name, the optimiser's state and the augmentation's. */
    public Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        replicas.weights().arrays().forEach((key, array) -> state.put(name + "." + key, array));
        state.putAll(adam.state("adam." + name));
        state.putAll(augmentation.state());
        return state;
    }
}
