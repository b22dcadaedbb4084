package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Derivatives;
import org.styleinv.network.parity.check.Groups;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;
import org.styleinv.network.parity.fixture.Sizes;
import org.styleinv.network.stylegan.Discriminator;

/** The image discriminator, its gradients and R1. */
public final class DiscriminatorComparer implements Comparer {
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

        if (set.has(MAIN_GRADIENTS)) {
            JsonNode gradients = set.named(MAIN_GRADIENTS);
            Derivatives.compare(manager, checks, run -> {
                Pass training = run.training(run.weights(weights));
                List<NDArray> parameters = training.weights().parameters(discriminator);
                NDArray loss = Losses.saysReal(training, discriminator.forward(training, run.in(golden, "img")));
                run.checks()
                        .compareGradients(
                                MAIN_GRADIENTS,
                                gradients,
                                "",
                                discriminator,
                                Autograd.gradients(training, loss, parameters));
            });
        }
        R1Checks.compare(
                set,
                golden,
                manager,
                checks,
                R1_GRADIENTS,
                discriminator,
                weights,
                (training, run, shown) -> discriminator.forward(training, shown));
    }
}
