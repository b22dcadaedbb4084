package org.styleinv.trainer;

import java.util.List;
import org.styleinv.network.checkpoint.Architecture;
import org.styleinv.network.inversion.InversionEncoder;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.data.FrameSampler;

/** Sizes that belong together: the networks of a model and the critics and clips that it is trained with. */
record Preset(
        String name,
        Architecture architecture,
        Discriminator.Config critic,
        VideoDiscriminator.Config videoCritic,
        FrameSampler clips) {

    /**
     * {@code faces-64}: what two CPU cores train in a few hours. Every network is the published one, narrower; motion has
     * the published numbers for talking heads (configuration {@code dfuf}: clips of 128, anchors 16 apart, span 32), but
     * a latent's distance from the first is bounded: see {@link StyleInV.Config}.
     */
    static Preset faces64() {
        int w = 64;
        IrSeBackbone.Config backbone = new IrSeBackbone.Config(List.of(16, 32, 48, 64));
        Architecture architecture = new Architecture(
                new Generator.Config(w, 2, new SynthesisNetwork.Config(w, 64, 1024, 64, false, 0)),
                new InversionEncoder.Config(w, backbone),
                new StyleInV.Config(backbone, new TemporalStyle.Config(w, w, 128, 16, 32, 16, 128, 11), 1.6));
        return new Preset(
                "faces-64",
                architecture,
                new Discriminator.Config(64, 1024, 64, 4, 0),
                new VideoDiscriminator.Config(64, 1024, 64, 4, 0, FrameSampler.FRAMES, 128, 16, 2, false),
                new FrameSampler(128, 32));
    }

    int resolution() {
        return architecture.generator().synthesis().resolution();
    }
}
