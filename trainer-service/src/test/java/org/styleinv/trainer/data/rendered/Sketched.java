package org.styleinv.trainer.data.rendered;

import java.awt.image.BufferedImage;

/** Faces drawn with one sample a pixel, which takes a fraction of the time. */
public final class Sketched {
    private Sketched() {}

    /** As {@link FaceRenderer#render(Face, Pose, int)}, rougher at the edges. */
    public static BufferedImage face(Face face, Pose pose, int size) {
        return FaceRenderer.render(face, pose, Look.COLOUR, size, 1);
    }

    /** As {@link FaceRenderer#landmarks(Face, Pose)}. */
    public static double[] landmarks(Face face, Pose pose) {
        return FaceRenderer.landmarks(face, pose);
    }
}
