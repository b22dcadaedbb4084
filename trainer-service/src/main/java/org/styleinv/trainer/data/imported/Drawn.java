package org.styleinv.trainer.data.imported;

import java.util.function.UnaryOperator;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_photo;
import org.bytedeco.opencv.opencv_core.Mat;

/** In what look frames are kept: another one is what stage 4 learns from, where nobody has drawn the same people. */
public enum Drawn {
    /** As they are. */
    COLOUR(rgb -> rgb),
    /** With a pencil: OpenCV's {@code pencilSketch}, by Gastal and Oliveira's filter that keeps edges (2011). */
    PENCIL(Drawn::pencil);

    private static final float REACH = 30; // pixels that are smoothed over
    private static final float EDGE = 0.1f; // of the range, which is kept
    private static final float SHADE = 0.03f;

    private final UnaryOperator<byte[]> look;

    Drawn(UnaryOperator<byte[]> look) {
        this.look = look;
    }

    /** @param square pixels of a square picture, each red, green, blue */
    byte[] of(byte[] square) {
        return look.apply(square);
    }

    private static byte[] pencil(byte[] square) {
        int side = (int) Math.round(Math.sqrt(square.length / 3.0));
        byte[] rgb = new byte[square.length];
        try (Mat picture = new Mat(side, side, opencv_core.CV_8UC3);
                Mat grey = new Mat();
                Mat coloured = new Mat()) {
            picture.data().put(square);
            opencv_photo.pencilSketch(picture, grey, coloured, REACH, EDGE, SHADE);
            byte[] tones = new byte[side * side];
            grey.data().get(tones);
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = tones[i / 3];
            }
        }
        return rgb;
    }
}
