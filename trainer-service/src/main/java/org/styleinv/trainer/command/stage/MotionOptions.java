package org.styleinv.trainer.command.stage;

import java.nio.file.Path;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.MotionObjective;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Noise;
import org.styleinv.trainer.command.option.Named;
import org.styleinv.trainer.command.option.Overrides;
import org.styleinv.trainer.critic.Augmentation;
import org.styleinv.trainer.critic.Critic;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.preset.MotionPreset;
import org.styleinv.trainer.preset.Preset;
import org.styleinv.trainer.stage.motion.MotionStage;
import picocli.CommandLine.Option;

/** The preset of stage 3 and what overrides it, by the published names. */
final class MotionOptions {
    @Option(
            names = "--cfile",
            paramLabel = "DATASET",
            description =
                    "numbers for a data set: faces-64, heads-128, dfuf, ffs, sky or taichi (default: faces-64 or heads-128, each "
                            + "for its generator)")
    String cfile;

    @Option(
            names = "--cname",
            paramLabel = "GPUS",
            description = "numbers for a machine: 8c256, 6c256, 4c256, 2c256, 8c1024, 4c1024, 8c256_batch1, _batch2 or "
                    + "_batch4 (default 4c256, with a published data set)")
    String cname;

    @Option(
            names = "--overrides",
            paramLabel = "KEY=VALUE,...",
            preprocessor = Overrides.class,
            description = "other values, each as good as the option of its name: lambda_recon=20,r1_gamma=4")
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

    @Option(names = "--gamma", description = "weight of R1 (default: the preset's)")
    Double gamma;

    @Option(names = "--d-reg-interval", description = "steps between two R1 phases (default: the preset's)")
    Integer r1Interval;

    @Option(
            names = {"--ema-kimg", "--ema"},
            description = "half life of the average (default: the preset's)")
    Double emaKimg;

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
            names = "--latent-kimg",
            description = "thousands of frames of a first phase against a critic of latents on inverted videos, which "
                    + "paints nothing; published: 0 (default: the preset's)")
    Double latentKimg;

    @Option(names = "--latent-gamma", description = "weight of R1 in that phase (default: the preset's)")
    Double latentGamma;

    @Option(
            names = "--noise-mode",
            converter = Named.NoiseMode.class,
            paramLabel = "MODE",
            description = "noise of the generator: const, none or random (default: the preset's)")
    Noise.Mode noise;

    @Option(
            names = "--mbstd",
            description = "clips in a group of the minibatch standard deviation (default: the preset's)")
    Integer group;

    @Option(
            names = {"--clip-length", "--nframes"},
            paramLabel = "FRAMES",
            description =
                    "frames of a training clip, from 5: the unit of the motion's time. Longer videos are used in "
                            + "parts, shorter ones as they are (default: the preset's, or the longest video's where none is so long)")
    Integer clipLength;

    @Option(
            names = "--max-dist",
            paramLabel = "FRAMES",
            description = "how far the frames of a sample lie apart, at most (default: the preset's)")
    Integer maxSpan;

    @Option(
            names = "--motion-z-distance",
            paramLabel = "FRAMES",
            description = "from one anchor of the motion to the next (default: the preset's)")
    Integer anchorDistance;

    @Option(
            names = "--min-period-len",
            paramLabel = "FRAMES",
            description = "shortest wave of time (default: the preset's)")
    Double minPeriod;

    @Option(
            names = "--max-period-len",
            paramLabel = "FRAMES",
            description = "longest wave of time (default: the preset's)")
    Double maxPeriod;

    @Option(
            names = "--reach",
            description =
                    "how far a latent may go from the first; 0, as published, for no bound (default: the preset's)")
    Double reach;

    @Option(
            names = "--discriminator",
            defaultValue = "stylegan-v",
            paramLabel = "TYPE",
            description = "stylegan-v, or ffc, where frame 0 joins the condition (default ${DEFAULT-VALUE})")
    String discriminator;

    @Option(
            names = "--differences",
            negatable = true,
            fallbackValue = "true",
            description =
                    "let the discriminator see by what later frames differ from the first, where frames are joined; "
                            + "published: no (default: the preset's)")
    Boolean differences;

    /** @throws IllegalArgumentException where the parent asks for a preset by name, or there is none of that name */
    MotionPreset preset(Preset parent, Path run) {
        String named =
                cfile != null ? cfile : parent.later(run, "the data set's --cfile, one of " + MotionPreset.names());
        return MotionPreset.named(named, cname);
    }

    /** What stage 3 is made of, and how its clips are sampled. */
    record Networks(StyleInV.Config motion, VideoDiscriminator.Config critic, FrameSampler clips) {}

    /** @param encoder that the motion starts from, and whose widths it has */
    Networks networks(MotionPreset preset, InversionEncoder.Config encoder, int resolution) {
        return new Networks(
                network(preset.motion(), encoder),
                critic(preset.critic(), resolution),
                new FrameSampler(clipLength, maxSpan));
    }

    private StyleInV.Config network(StyleInV.Config preset, InversionEncoder.Config encoder) {
        TemporalStyle.Config style = preset.style();
        return new StyleInV.Config(
                encoder.backbone(),
                new TemporalStyle.Config(
                        encoder.wDim(),
                        encoder.wDim(),
                        clipLength,
                        anchorDistance,
                        style.frequencies(),
                        minPeriod,
                        maxPeriod,
                        style.kernel()),
                reach);
    }

    private VideoDiscriminator.Config critic(VideoDiscriminator.Config preset, int resolution) {
        boolean ffc =
                switch (discriminator) {
                    case "stylegan-v" -> false;
                    case "ffc" -> true;
                    case "digan" ->
                        throw new IllegalArgumentException(
                                "discriminator digan is not offered: it is not built here; there are stylegan-v and ffc");
                    default ->
                        throw new IllegalArgumentException(
                                "there is no discriminator " + discriminator + "; there are stylegan-v and ffc");
                };
        return new VideoDiscriminator.Config(
                resolution,
                preset.channelBase(),
                preset.channelMax(),
                group,
                preset.convClamp(),
                preset.frames(),
                clipLength,
                preset.concatResolution(),
                preset.framesDivisor(),
                ffc,
                differences);
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
                new Critic.Config(batch, criticRate, gamma, r1Interval, augmentation),
                emaKimg,
                ramp,
                inverted,
                mirror,
                looped,
                noise,
                falling,
                steps,
                new MotionStage.Latent(Math.round(latentKimg * 1000 / (batch * FrameSampler.FRAMES)), latentGamma));
    }
}
