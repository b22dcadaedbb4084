package org.styleinv.network.preset;

import org.styleinv.network.motion.VideoDiscriminator;

/**
 * The video discriminator of stage 3: sparse samples of four frames of a clip of 128. StyleInV (Wang et al. 2023), section
 * 3.4, in the release's names: how many GPUs, for which resolution, and in one row of them with how many samples a GPU.
 */
public enum ClipConfig {
    C8_256("8c256", 16384, 8),
    C6_256("6c256", 16384, 8),
    C4_256("4c256", 16384, 8),
    C2_256("2c256", 16384, 8),
    C8_1024("8c1024", 32768, 4),
    C4_1024("4c1024", 32768, 4),
    C8_256_BATCH1("8c256_batch1", 16384, 1),
    C8_256_BATCH2("8c256_batch2", 16384, 2),
    C8_256_BATCH4("8c256_batch4", 16384, 4);

    /** Frames of a sample. */
    public static final int FRAMES = 4;

    private static final int CHANNEL_MAX = 512;
    private static final double CLAMP = 256;
    private static final int CONCAT = 16;
    private static final int DIVISOR = 2;

    private final String published;
    private final int channelBase;
    private final int group;

    ClipConfig(String published, int channelBase, int group) {
        this.published = published;
        this.channelBase = channelBase;
        this.group = group;
    }

    public String published() {
        return published;
    }

    /** @param firstFrameCondition the {@code ffc} form, where frame 0 joins the condition */
    public VideoDiscriminator.Config discriminator(int resolution, boolean firstFrameCondition) {
        return new VideoDiscriminator.Config(
                resolution,
                channelBase,
                CHANNEL_MAX,
                group,
                CLAMP,
                FRAMES,
                MotionConfig.CLIP,
                CONCAT,
                DIVISOR,
                firstFrameCondition);
    }
}
