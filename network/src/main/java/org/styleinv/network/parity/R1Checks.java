package org.styleinv.network.parity;

import ai.djl.ndarray.NDArray;
import org.styleinv.network.Autograd;
import org.styleinv.network.Pass;
import org.styleinv.network.loss.Losses;

/** What both kinds of discriminator fixtures show of R1. */
final class R1Checks {
    private R1Checks() {}

    /** Compares penalty and gradient; returns the mean of half the penalty, differentiable. */
    static NDArray penalty(Npz golden, Checks checks, Pass pass, NDArray logits, NDArray image) {
        NDArray gradient = Autograd.gradient(pass, logits.sum(), image);
        checks.compare(
                golden,
                "r1_grad_slice",
                Views.strided(gradient, golden.get("r1_grad_slice").shape()),
                Tolerance.NETWORK);
        NDArray each = Losses.r1Each(pass, logits, image, 2);
        checks.compare(golden, "r1_penalty", each, Tolerance.GRADIENT);
        return Losses.mean(pass, Losses.times(pass, each, 0.5));
    }
}
