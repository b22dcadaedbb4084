package org.styleinv.network.parity.compare;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.styleinv.network.Autograd;
import org.styleinv.network.Layer;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;
import org.styleinv.network.loss.Losses;
import org.styleinv.network.parity.check.Checks;
import org.styleinv.network.parity.check.Derivatives;
import org.styleinv.network.parity.check.Tolerance;
import org.styleinv.network.parity.check.Views;
import org.styleinv.network.parity.fixture.FixtureSet;
import org.styleinv.network.parity.fixture.Npz;

/** What both kinds of discriminator fixtures show of R1. */
final class R1Checks {
    private R1Checks() {}

    /** A discriminator and what it is told besides the picture. */
    @FunctionalInterface
    interface Judge {
        NDArray logits(Pass pass, Derivatives.Run run, NDArray image);
    }

    /** Compares penalty, gradient, and, where {@code gradients} is there, those of the mean of half the penalty. */
    static void compare(
            FixtureSet set,
            Npz golden,
            NDManager manager,
            Checks checks,
            String gradients,
            Layer discriminator,
            Weights weights,
            Judge judge)
            throws IOException {
        JsonNode statistics = set.has(gradients) ? set.named(gradients) : null;
        long[] slice = golden.get("r1_grad_slice").shape();
        Derivatives.compare(manager, checks, run -> {
            Pass pass = run.training(run.weights(weights));
            List<NDArray> parameters = pass.weights().parameters(discriminator);
            NDArray image = run.in(golden, "img");
            image.setRequiresGradient(true);
            NDArray logits = judge.logits(pass, run, image);
            NDArray gradient = Autograd.gradient(pass, logits.sum(), image);
            run.checks().compare(golden, "r1_grad_slice", Views.strided(gradient, slice), Tolerance.NETWORK);
            NDArray each = Losses.r1Each(pass, logits, image, 2);
            run.checks().compare(golden, "r1_penalty", each, Tolerance.GRADIENT);
            if (statistics != null) {
                NDArray loss = Losses.mean(pass, Losses.times(pass, each, 0.5));
                run.checks()
                        .compareGradients(
                                gradients, statistics, "", discriminator, Autograd.gradients(pass, loss, parameters));
            }
        });
    }
}
