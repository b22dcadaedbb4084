package org.styleinv.trainer.command.stage;

import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.trainer.data.FrameSampler;
import org.styleinv.trainer.preset.MotionPreset;
import picocli.CommandLine.Option;

/** What stage 3's networks are made like, and the time that they know, by the published names. */
final class MotionNetworkOptions {
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
}
