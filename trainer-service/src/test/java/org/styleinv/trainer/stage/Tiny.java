package org.styleinv.trainer.stage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;
import org.styleinv.network.motion.VideoDiscriminator;
import org.styleinv.network.stylegan.Discriminator;
import org.styleinv.network.stylegan.Generator;
import org.styleinv.network.stylegan.SynthesisNetwork;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.VideoDataset;
import org.styleinv.trainer.data.rendered.RenderedFaces;

/** What tests of stages share: networks in their smallest form, and videos of 32x32 that they can be trained on. */
public final class Tiny {
    public static final int W = 16;
    public static final int SIZE = 32;

    public static final Generator.Config GENERATOR =
            new Generator.Config(W, 2, new SynthesisNetwork.Config(W, SIZE, 256, 16, true, 0));
    public static final Discriminator.Config CRITIC = new Discriminator.Config(SIZE, 256, 16, 4, 0);
    public static final IrSeBackbone.Config BACKBONE =
            new IrSeBackbone.Config(List.of(16, 16, 16, 16), List.of(1, 1, 1, 1));
    public static final StyleInV.Config MOTION =
            new StyleInV.Config(BACKBONE, new TemporalStyle.Config(W, W, 8, 4, 4, 4, 16, 3));
    public static final VideoDiscriminator.Config VIDEO_CRITIC =
            new VideoDiscriminator.Config(SIZE, 256, 16, 2, 0, 4, 8, 16, 2, false);

    private Tiny() {}

    /** Two videos of eight frames, rendered below {@code folder}; the caller closes them. */
    public static VideoDataset data(Path folder) throws IOException {
        RenderedFaces.render(folder.resolve("data"), 2, 8, SIZE, 30, 5, Progress.NONE);
        return VideoDataset.open(folder.resolve("data"), SIZE, 8, Progress.NONE);
    }
}
