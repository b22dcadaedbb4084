package org.styleinv.network.loss;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.styleinv.network.Pass;
import org.styleinv.network.Script;

/**
 * What a discriminator minimises, whether it judges pictures, clips or latents: the non-saturating loss (Goodfellow et al.
 * 2014) at every step, and R1 on real items from time to time (Mescheder et al. 2018, equation 9; lazily, as StyleGAN2,
 * appendix B, has it).
 *
 * @param r1Gamma weight of R1
 */
public record CriticObjective(double r1Gamma) {
    /** Logits {@code [n, 1]} of both kinds, the terms made of them, and the terms' sum. */
    public record CriticLoss(NDArray fakeLogits, NDArray realLogits, LossTerm fake, LossTerm real, NDArray total) {}

    /** R1 and the logits {@code [n, 1]} of the real items that it was taken at. */
    public record Regulariser(NDArray logits, LossTerm penalty) {}

    private static final Script ADD = Script.of("a: Tensor, b: Tensor -> Tensor", "return torch.add(a, b)");

    /**
     * The loss of every step.
     *
     * @param fakeLogits {@code [n, 1]} of generated items, which no gradient leads back to their generator
     * @param realLogits {@code [n, 1]}
     */
    public CriticLoss loss(Pass pass, NDArray fakeLogits, NDArray realLogits) {
        LossTerm saysFake = LossTerm.of(pass, Losses.saysFakeEach(pass, fakeLogits));
        LossTerm saysReal = LossTerm.of(pass, Losses.saysRealEach(pass, realLogits));
        return new CriticLoss(
                fakeLogits, realLogits, saysFake, saysReal, ADD.call(pass, saysFake.mean(), saysReal.mean()));
    }

    /**
     * The lazy regulariser. Its pass must be of float32, see {@link Losses#r1}.
     *
     * @param real {@code [n, c, h, w]}; will require a gradient
     * @param judge what makes logits {@code [n, 1]} of it
     */
    public Regulariser r1(Pass pass, NDArray real, UnaryOperator<NDArray> judge) {
        real.setRequiresGradient(true);
        NDArray logits = judge.apply(real);
        return new Regulariser(logits, LossTerm.of(pass, Losses.r1Each(pass, logits, real, r1Gamma)));
    }
}
