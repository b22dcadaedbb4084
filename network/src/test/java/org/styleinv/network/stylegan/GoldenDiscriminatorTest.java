package org.styleinv.network.stylegan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.styleinv.network.Autograd;
import org.styleinv.network.Golden;
import org.styleinv.network.Pass;
import org.styleinv.network.Weights;

/** The image discriminator against stored reference numbers. */
class GoldenDiscriminatorTest {
    private final NDManager manager = NDManager.newBaseManager();
    private final Discriminator discriminator = new Discriminator(new Discriminator.Config(64, 1024, 48, 4, 256));
    private final Golden golden = Golden.open("discriminator");
    private final Weights weights = Golden.open("discriminator_weights").weights(manager, discriminator);
    private final Pass training = Pass.training(manager, weights);
    private final NDArray image = golden.in(manager, "img");

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void judges() {
        golden.check("logits", discriminator.forward(Pass.inference(manager, weights), image), 1e-5);
    }

    @Test
    void differentiatesTheMainLoss() {
        List<NDArray> parameters = weights.parameters(discriminator);
        NDArray loss =
                discriminator.forward(training, image).neg().exp().add(1).log().mean(); // softplus(-logits)
        Golden.checkGradients(
                "discriminator_main_gradstats",
                "",
                discriminator,
                Autograd.gradients(training, loss, parameters),
                1e-3);
    }

    @Test
    void penalisesTheGradientOfRealImages() {
        List<NDArray> parameters = weights.parameters(discriminator);
        image.setRequiresGradient(true);
        NDArray gradient = Autograd.gradient(
                training, discriminator.forward(training, image).sum(), image);
        NDArray penalty = gradient.square().sum(new int[] {1, 2, 3});
        golden.check("r1_penalty", penalty, 1e-4);
        golden.check("r1_grad_slice", gradient.get(":, :, ::8, ::8"), 1e-4);
        NDArray loss = penalty.mul(0.5).mean();
        Golden.checkGradients(
                "discriminator_r1_gradstats", "", discriminator, Autograd.gradients(training, loss, parameters), 1e-3);
    }
}
