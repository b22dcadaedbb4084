package org.styleinv.trainer.command.option;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.augment.AugmentPipe;
import org.styleinv.trainer.critic.Augmentation;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a stage with a discriminator augments what that sees, by the published names. */
public final class AugmentOptions {
    @Option(
            names = "--aug",
            paramLabel = "MODE",
            description = "augmentation: noaug, ada (adaptive) or fixed (default: the preset's)")
    String aug;

    @Option(names = "--p", paramLabel = "P", description = "probability of each augmentation, for --aug fixed")
    @Nullable
    Double p;

    @Option(
            names = "--target",
            paramLabel = "SIGN",
            description = "mean sign of the discriminator on real pictures to steer to, for --aug ada (default 0.6)")
    @Nullable
    Double target;

    @Option(
            names = "--augpipe",
            paramLabel = "NAME",
            description =
                    "what is augmented: blit, geom, color, filter, noise, cutout, or the first of these together: "
                            + "bg, bgc, bgcf, bgcfn, bgcfnc (default bgc)")
    @Nullable
    String pipe;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    /**
     * @param speedKimg of adaptation
     * @throws ParameterException naming the option that does not fit
     */
    public Augmentation.Config config(double speedKimg) {
        try {
            Augmentation.Mode mode = aug == null ? Augmentation.Mode.NOAUG : mode(aug);
            only(p != null, "--p", mode, Augmentation.Mode.FIXED);
            only(target != null, "--target", mode, Augmentation.Mode.ADA);
            if (mode == Augmentation.Mode.NOAUG) {
                if (pipe != null) {
                    throw new IllegalArgumentException("--augpipe wants --aug ada or --aug fixed, got --aug noaug");
                }
                return Augmentation.Config.NONE;
            }
            if (mode == Augmentation.Mode.FIXED && p == null) {
                throw new IllegalArgumentException("--aug fixed wants a probability: --p 0.2");
            }
            return new Augmentation.Config(
                    mode,
                    p == null ? 0 : p,
                    target == null ? Augmentation.Config.TARGET : target,
                    speedKimg,
                    pipe == null ? AugmentPipe.BGC : AugmentPipe.named(pipe));
        } catch (IllegalArgumentException e) {
            CommandLine command = spec.commandLine();
            throw new ParameterException(command, e.getMessage(), e);
        }
    }

    private static Augmentation.Mode mode(String name) {
        for (Augmentation.Mode mode : Augmentation.Mode.values()) {
            if (published(mode).equals(name)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("--aug must be noaug, ada or fixed, got " + name);
    }

    private static void only(boolean given, String option, Augmentation.Mode mode, Augmentation.Mode wanted) {
        if (given && mode != wanted) {
            throw new IllegalArgumentException(
                    option + " wants --aug " + published(wanted) + ", got --aug " + published(mode));
        }
    }

    private static String published(Augmentation.Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }
}
