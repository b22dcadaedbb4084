package org.styleinv.trainer.critic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.trainer.data.Draws;
import org.styleinv.trainer.data.Draws.Shown;
import org.styleinv.trainer.device.Devices;
import org.styleinv.trainer.device.Replicas;
import org.styleinv.trainer.device.Share;

/** The discriminator of pictures in training. */
public final class ImageCritic extends Critic {
    private final Discriminator network;

    /**
     * @param weights on the first device to start from, which this changes
     * @param frozen layers that do not learn, counted from the picture on ({@code freezed}). Freeze the Discriminator (Mo
     *     et al. 2020)
     * @throws IllegalArgumentException where nothing would learn
     */
    public ImageCritic(Devices devices, Discriminator network, Weights weights, Config config, int frozen) {
        super(
                devices,
                "d",
                new Replicas(devices, network, weights, on -> learning(network, on, frozen)),
                network.config().mbstdGroup(),
                config);
        this.network = network;
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
     * Device {@code i}'s part of a batch behind the augmentation, {@code images [n, 3, r, r] -> logits [n, 1]},
     * differentiable if the pass is.
     */
    public NDArray judge(int i, Pass pass, NDArray images, Draws draws, Shown shown) {
        return network.forward(pass.with(weights(i)), augmented(i, pass, images, draws, shown));
    }

    /** What device {@code i} learns of its parts of a batch, generated ones detached. */
    public Share lesson(int i, Pass pass, NDArray fake, NDArray real, Draws draws) {
        return lesson(i, pass, judge(i, pass, fake, draws, Shown.FAKE), judge(i, pass, real, draws, Shown.REAL));
    }

    /** What device {@code i} makes of R1 on its part of a batch, in float32. */
    public Share regulariser(int i, NDManager scope, NDArray real, Draws draws) {
        Pass pass = exact(i, scope);
        return regulariser(i, pass, real, images -> judge(i, pass, images, draws, Shown.REAL));
    }

    /** One step of a stage on one device, on pictures as {@link #lesson} takes them. */
    public void learn(Pass pass, NDArray fake, NDArray real, Draws draws, double factor, Map<String, Double> figures) {
        learn(List.of(lesson(0, pass, fake, real, draws)), factor, figures);
    }

    /** One lazy step on R1 of a stage on one device. */
    public void regularise(NDManager scope, NDArray real, Draws draws, double factor, Map<String, Double> figures) {
        regularise(List.of(regulariser(0, scope, real, draws)), factor, figures);
    }
}
