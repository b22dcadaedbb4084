package org.styleinv.trainer.command.stage;

import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.command.option.AdversarialOptions;
import org.styleinv.trainer.command.option.FrameOptions;
import org.styleinv.trainer.command.option.Named;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What stages 1 and 4 are told by the published names. */
final class ImageOptions {
    @Mixin
    AdversarialOptions adversarial;

    @Mixin
    FrameOptions frames;

    @Option(names = "--batch", description = "images a step (default: the preset's)")
    Integer batch;

    @Option(
            names = {"--lr", "--lrate"},
            description = "learning rate (default: the preset's)")
    Double rate;

    @Option(
            names = {"--ema-rampup", "--ramp"},
            description = "share of the images seen that bounds that half life, 0 for no ramp (default: the preset's)")
    Double ramp;

    @Option(
            names = "--style-mixing-prob",
            description = "how often pictures are made of two latents (default: the preset's)")
    Double mixing;

    @Option(
            names = "--noise-mode",
            converter = Named.NoiseMode.class,
            paramLabel = "MODE",
            description = "noise of the generator in training: const, none or random (default: the preset's)")
    Noise.Mode noise;

    @Option(
            names = "--freezed",
            paramLabel = "LAYERS",
            description = "layers of the discriminator that do not learn, counted from the picture on (default: 0)")
    Integer frozen;

    Critic.Config critic(Augmentation.Config augmentation) {
        return adversarial.critic(batch, rate, augmentation);
    }
}
