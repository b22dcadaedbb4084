package org.styleinv.trainer.stage.motion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.MotionObjective.Judge;
import org.styleinv.network.motion.MotionObjective.Made;
import org.styleinv.network.motion.MotionObjective.MotionLoss;
import org.styleinv.network.motion.MotionObjective.Scene;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.optimiser.Adam;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.Draws.Shown;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Replicas;
import org.styleinv.trainer.device.Share;
import org.styleinv.trainer.stage.FrozenGenerator;
import org.styleinv.trainer.state.Ema;

/** The motion generator in training: its weights on all devices, their average, its optimiser and its phase of a step. */
final class MotionLearner {
    private static final String ERROR = "error"; // of the first frames; each teacher tells it in a unit of its own

    private final Devices devices;
    private final List<MotionObjective> objectives = new ArrayList<>(); // by device
    private final Replicas replicas;
    private final Ema ema;
    private final Adam adam;

    /** @param start the motion to go on from; copied */
    MotionLearner(Devices devices, StyleInV motion, Weights start, FrozenGenerator frozen, MotionStage.Config config) {
        this.devices = devices;
        for (int i = 0; i < devices.count(); i++) {
            FrozenGenerator painter = i == 0
                    ? frozen
                    : new FrozenGenerator(frozen.network(), frozen.weights().copy(devices.root(i)));
            objectives.add(new MotionObjective(motion, painter::paint, config.weight()));
        }
        NDManager root = devices.root(0);
        replicas = new Replicas(devices, motion, start.copy(root));
        ema = new Ema(root, motion, replicas.weights(), config.emaKimg(), config.emaRampUp());
        adam = new Adam(root, replicas.parameters(), new Adam.Config(config.rate(), 0, 0.99, 1e-8, 0));
    }

    /** Gives all devices the weights of the first. */
    void follow() {
        replicas.follow();
    }

    /** What is served. */
    Weights average() {
        return ema.weights();
    }

    /** Device {@code i}'s part of a scene, as the teacher wants it made. */
    Made make(int i, Pass pass, MotionTeacher teacher, Scene scene) {
        Scene part = new Scene(
                devices.part(pass, scene.w0(), i),
                devices.part(pass, scene.z(), i),
                devices.part(pass, scene.ts(), i),
                devices.part(scene.firstNoise(), i),
                devices.part(scene.noise(), i));
        return teacher.make(objectives.get(i), pass.with(replicas.weights(i)), part);
    }

    /** One step at {@code factor} times the rate. Adds its figures. */
    void learn(MotionTeacher teacher, Draws draws, double factor, Map<String, Double> figures) {
        try (Devices.Scopes scopes = devices.scopes()) {
            Scene scene = teacher.scene(scopes.first(), draws);
            List<Share> shares = devices.each(i -> {
                Pass pass = Pass.training(scopes.get(i), replicas.weights(i));
                Judge judge = teacher.critic().judge(i, draws, Shown.FAKE);
                MotionLoss loss = objectives.get(i).motion(pass, make(i, pass, teacher, scene), judge);
                List<NDArray> gradients = Autograd.gradients(pass, loss.total(), replicas.parameters(i));
                Map<String, Double> part = new LinkedHashMap<>();
                part.put("loss_si", loss.adversarial().value());
                part.put("distance", loss.stillness().value());
                part.put(ERROR, loss.reconstruction().value());
                return new Share(gradients, part);
            });
            pool();
            replicas.learn(adam, shares, 1, factor);
            Map<String, Double> mean = Share.mean(shares);
            double error = mean.remove(ERROR);
            figures.putAll(mean);
            teacher.tellReconstruction(error, figures);
        }
    }

    /** After anything was made: running statistics become the mean of all devices'. */
    void pool() {
        replicas.pool();
    }

    /** Ends a step. */
    void average(int frames, long shown) {
        ema.update(frames, shown);
    }

    /** Weights, their average and the optimiser's state. */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        replicas.weights().arrays().forEach((key, array) -> state.put("m." + key, array));
        ema.weights().arrays().forEach((key, array) -> state.put("ema." + key, array));
        state.putAll(adam.state("adam.m"));
        return state;
    }
}
