package org.styleinv.trainer.command.stage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.trainer.command.option.AdversarialOptions;
import org.styleinv.trainer.command.option.Overrides;
import org.styleinv.trainer.command.option.PainterOptions;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.preset.MotionPreset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.stage.motion.MotionStage;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The preset of stage 3 and what overrides it, by the published names. */
final class MotionOptions {
    @Mixin
    AdversarialOptions adversary;

    @Mixin
    PainterOptions painter;

    @Option(
            names = "--cfile",
            paramLabel = "DATASET",
            description =
                    "numbers for a data set: faces-64, heads-128, dfuf, ffs, sky or taichi (default: faces-64 or heads-128, each "
                            + "for its generator)")
    @Nullable
    String cfile;

    @Option(
            names = "--cname",
            paramLabel = "GPUS",
            description = "numbers for a machine: 8c256, 6c256, 4c256, 2c256, 8c1024, 4c1024, 8c256_batch1, _batch2 or "
                    + "_batch4 (default 4c256, with a published data set)")
    @Nullable
    String cname;

    @Option(
            names = "--overrides",
            paramLabel = "KEY=VALUE,...",
            preprocessor = Overrides.class,
            description = "other values, each as good as the option of its name: lambda_recon=20,r1_gamma=4")
    @Nullable
    String overrides;

    @Option(names = "--batch", description = "clips a step, of 4 frames each (default: the preset's)")
    Integer batch;

    @Option(
            names = {"--lr", "--lrSI"},
            description = "learning rate of the motion (default: the preset's)")
    Double rate;

    @Option(
            names = {"--lr-d", "--lrD"},
            description = "of the discriminator (default: the preset's)")
    Double criticRate;

    @Option(
            names = "--lr-decay",
            negatable = true,
            fallbackValue = "true",
            description = "let both fall over the last third of the run (default: the preset's)")
    Boolean falling;

    @Option(names = "--lambda-adv", description = "weight of the discriminator's judgement (default: the preset's)")
    Double adversarial;

    @Option(names = "--lambda-recon", description = "weight of frame 0 (default: the preset's)")
    Double reconstruction;

    @Option(names = "--lambda-w-reg", description = "weight of stillness (default: the preset's)")
    Double stillness;

    @Option(
            names = {"--ema-rampup", "--ramp"},
            description = "share of the frames seen that bounds that half life, 0 for no ramp (default: the preset's)")
    Double ramp;

    @Option(
            names = "--inverted",
            description = "share of first frames that are inversions of video frames (default: the preset's)")
    Double inverted;

    @Option(
            names = "--mirror",
            negatable = true,
            fallbackValue = "true",
            description = "show clips mirrored, too (default: the preset's)")
    Boolean mirror;

    @Option(
            names = "--looped",
            negatable = true,
            fallbackValue = "true",
            description = "the first frame of a video comes after its last, so that clips begin anywhere in it "
                    + "(default: the preset's)")
    Boolean looped;

    @Option(
            names = "--repainted",
            negatable = true,
            fallbackValue = "true",
            description =
                    "show the discriminator real clips as the generator paints their inversions, so that it judges "
                            + "how they move and not how they are painted; published: no (default: the preset's)")
    Boolean repainted;

    @Option(
            names = "--latent-kimg",
            description = "thousands of frames of a first phase against a critic of latents on inverted videos, which "
                    + "paints nothing; published: 0 (default: the preset's)")
    Double latentKimg;

    @Option(
            names = "--latent-gamma",
            description = "weight of R1 in that phase, in units of how far latents go (default: the preset's)")
    Double latentGamma;

    /** @throws IllegalArgumentException where the parent asks for a preset by name, or there is none of that name */
    MotionPreset preset(Preset parent, Path run) {
        String named =
                cfile != null ? cfile : parent.later(run, "the data set's --cfile, one of " + MotionPreset.names());
        return MotionPreset.named(named, cname);
    }

    /** @throws IllegalArgumentException where a weight is negative, which in the release is another loss */
    MotionStage.Config config(Augmentation.Config augmentation, long steps) {
        if (!(reconstruction >= 0)) {
            throw new IllegalArgumentException("lambda-recon must be at least 0, got " + reconstruction
                    + ": the published negative form, an error of latents, is not offered");
        }
        return new MotionStage.Config(
                rate,
                new MotionObjective.Weight(adversarial, reconstruction, stillness),
                adversary.critic(batch, criticRate, augmentation),
                adversary.emaKimg,
                ramp,
                inverted,
                mirror,
                looped,
                repainted,
                painter.noise,
                falling,
                steps,
                new MotionStage.Latent(Math.round(latentKimg * 1000 / (batch * FrameSampler.FRAMES)), latentGamma));
    }
}
