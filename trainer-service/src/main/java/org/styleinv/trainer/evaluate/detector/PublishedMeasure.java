package org.styleinv.trainer.evaluate.detector;

import java.util.Arrays;
import org.styleinv.trainer.evaluate.Measures;

/** Measures that papers report, by the names that they have in StyleGAN2-ADA's and StyleGAN-V's evaluation. */
public enum PublishedMeasure {
    FID50K("fid50k", Detector.Use.INCEPTION, 50_000, 1, 1),
    KID50K("kid50k", Detector.Use.INCEPTION, 50_000, 1, 1),
    IS50K("is50k", Detector.Use.INCEPTION_CLASSES, 50_000, 1, 1),
    FVD2048_16F("fvd2048_16f", Detector.Use.I3D, 2048, 16, 1),
    FVD2048_128F("fvd2048_128f", Detector.Use.I3D, 2048, 128, 1),
    FVD2048_128F_SUBSAMPLE8F("fvd2048_128f_subsample8f", Detector.Use.I3D, 2048, 16, 8);

    private final String name;
    private final Detector.Use use;
    private final int count;
    private final int frames;
    private final int stride;

    PublishedMeasure(String name, Detector.Use use, int count, int frames, int stride) {
        this.name = name;
        this.use = use;
        this.count = count;
        this.frames = frames;
        this.stride = stride;
    }

    /** @throws IllegalArgumentException listing the names, where there is no such measure */
    public static PublishedMeasure named(String name) {
        return Arrays.stream(values())
                .filter(measure -> measure.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no metric " + name + "; there are "
                        + Measures.OWN + ", " + String.join(", ", Measures.PUBLISHED)));
    }

    /** As papers call it. */
    public String published() {
        return name;
    }

    Detector.Use use() {
        return use;
    }

    /** Pictures or clips that the published protocol takes. */
    int count() {
        return count;
    }

    /** Frames of a clip, 1 for pictures. */
    int frames() {
        return frames;
    }

    /** Frames from one of a clip to the next. */
    int stride() {
        return stride;
    }

    /** Frames that a video must have. */
    int span() {
        return (frames - 1) * stride + 1;
    }
}
