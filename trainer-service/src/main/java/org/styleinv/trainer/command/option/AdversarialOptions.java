package org.styleinv.trainer.command.option;

import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import picocli.CommandLine.Option;

/** What stages 1, 3 and 4, which train against a discriminator, are told by the published names. */
public final class AdversarialOptions {
    @Option(names = "--gamma", description = "weight of R1 (default: the preset's)")
    public Double gamma;

    @Option(names = "--d-reg-interval", description = "steps between two R1 phases (default: the preset's)")
    public Integer r1Interval;

    @Option(
            names = {"--ema-kimg", "--ema"},
            description = "half life of the average (default: the preset's)")
    public Double emaKimg;

    /** Once all is settled. */
    public Critic.Config critic(int batch, double rate, Augmentation.Config augmentation) {
        return new Critic.Config(batch, rate, gamma, r1Interval, augmentation);
    }
}
