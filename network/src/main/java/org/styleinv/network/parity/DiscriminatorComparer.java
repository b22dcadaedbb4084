package org.styleinv.network.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.stylegan.Discriminator;

/** The image discriminator, its gradients and R1. */
final class DiscriminatorComparer implements Comparer {
    private static final String FILE = "discriminator.npz";
    static final String WEIGHTS = "discriminator_weights.npz";
    private static final String MAIN_GRADIENTS = "discriminator_main_gradstats.json";
    private static final String R1_GRADIENTS = "discriminator_r1_gradstats.json";

    @Override
    public String name() {
        return "discriminator";
    }

    @Override
    public List<String> files() {
        return List.of(FILE, MAIN_GRADIENTS, R1_GRADIENTS);
    }

    @Override
    public List<String> companions() {
        return List.of(WEIGHTS);
    }

    @Override
    public void compare(FixtureSet set, NDManager manager, Checks checks) throws IOException {
        Npz golden = set.npz(FILE);
        NDArray image = golden.in(manager, "img");
        Sizes sizes = Sizes.of(set.npz(WEIGHTS));
        Weights weights = set.weights(manager, new Discriminator(sizes.discriminator(1)), WEIGHTS);
        Pass pass = Pass.inference(manager, weights);
        Discriminator discriminator = Groups.fitting(
                image.getShape().get(0),
                group -> new Discriminator(sizes.discriminator(group)),
                candidate -> candidate.forward(pass, image),
                golden.get("logits"));
        checks.compare(golden, "logits", discriminator.forward(pass, image), Tolerance.NETWORK);

        Pass training = Pass.training(manager, weights);
        List<NDArray> parameters = weights.parameters(discriminator);
        if (set.has(MAIN_GRADIENTS)) {
            NDArray loss = Losses.saysReal(training, discriminator.forward(training, image));
            checks.compareGradients(
                    MAIN_GRADIENTS,
                    set.json(MAIN_GRADIENTS),
                    "",
                    discriminator,
                    Autograd.gradients(training, loss, parameters));
        }
        image.setRequiresGradient(true);
        NDArray logits = discriminator.forward(training, image);
        NDArray penalty = R1Checks.penalty(golden, checks, training, logits, image);
        if (set.has(R1_GRADIENTS)) {
            checks.compareGradients(
                    R1_GRADIENTS,
                    set.json(R1_GRADIENTS),
                    "",
                    discriminator,
                    Autograd.gradients(training, penalty, parameters));
        }
    }
}
