package org.styleinv.trainer.data.rendered;

/**
 * How a face is held at one moment: everything that moves.
 *
 * @param x     head's shift to the right, as a share of the picture's side, about +-0.06
 * @param y     head's shift downwards, likewise
 * @param scale head's size, 1 is average
 * @param roll  head's tilt in radians, clockwise
 * @param turn  head's turn, -1 is left and 1 right: shifts features by parallax
 * @param blink 0 is open, 1 closed
 * @param gazeX where the eyes look, -1 is left and 1 right
 * @param gazeY where the eyes look, -1 is up and 1 down
 * @param mouth 0 is closed, 1 wide open
 * @param smile 0 is neutral, 1 a broad smile
 */
public record Pose(
        double x,
        double y,
        double scale,
        double roll,
        double turn,
        double blink,
        double gazeX,
        double gazeY,
        double mouth,
        double smile) {

    /** Looking straight ahead with a closed mouth. */
    public static final Pose NEUTRAL = new Pose(0, 0, 1, 0, 0, 0, 0, 0, 0, 0.3);
}
