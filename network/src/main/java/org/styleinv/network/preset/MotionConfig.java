package org.styleinv.network.preset;

import java.util.List;
import org.styleinv.network.inversion.IrSeBackbone;
import org.styleinv.network.motion.StyleInV;
import org.styleinv.network.motion.TemporalStyle;

/** The motion generator for each published data set, in clips of 128 frames. StyleInV (Wang et al. 2023), section 4.1. */
public enum MotionConfig {
    /** DeeperForensics. */
    DFUF(16, 16, 128, 32),
    /** FaceForensics. */
    FFS(16, 16, 128, 32),
    /** SkyTimelapse. */
    SKY(128, 32, 1024, 128),
    /** TaiChi. */
    TAICHI(128, 32, 1024, 128);

    /** Frames of a training clip. */
    public static final int CLIP = 128;

    /** IR-SE50. */
    public static final IrSeBackbone.Config BACKBONE = new IrSeBackbone.Config(List.of(64, 128, 256, 512));

    private static final int FREQUENCIES = 256;
    private static final int KERNEL = 11;

    private final int anchorDistance;
    private final double minPeriod;
    private final double maxPeriod;
    private final int span;

    MotionConfig(int anchorDistance, double minPeriod, double maxPeriod, int span) {
        this.anchorDistance = anchorDistance;
        this.minPeriod = minPeriod;
        this.maxPeriod = maxPeriod;
        this.span = span;
    }

    /** How far the frames of a training sample may lie apart, in frames. */
    public int span() {
        return span;
    }

    public StyleInV.Config motion() {
        int width = ImageConfig.LATENT;
        return new StyleInV.Config(
                BACKBONE,
                new TemporalStyle.Config(
                        width, width, CLIP, anchorDistance, FREQUENCIES, minPeriod, maxPeriod, KERNEL));
    }
}
