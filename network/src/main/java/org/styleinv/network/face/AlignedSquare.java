package org.styleinv.network.face;

import org.styleinv.network.face.FacePoints.Point;
import org.styleinv.network.image.Resize;

/**
 * The square around a face that is cut out, upright with the face: Karras et al. 2018 (progressive growing), appendix C,
 * whose geometry FFHQ has too.
 *
 * @param x middle, in pixels from the frame's left edge
 * @param y middle, from its upper edge
 * @param acrossX from the middle to the middle of the right side, to the right
 * @param acrossY the same, downwards; 0 for a face that is upright
 */
public record AlignedSquare(double x, double y, double acrossX, double acrossY) {
    private static final double EYES = 4; // side over the distance of the eyes
    private static final double FACE = 3.6; // side over the distance of eyes and mouth; the larger side counts
    private static final double DOWN = 0.1; // how far the middle is from between the eyes to the mouth
    private static final int LARGEST = 4096; // side of what is sampled before it is averaged down

    /** @throws IllegalArgumentException if the points are one */
    public static AlignedSquare of(FacePoints face) {
        double eyesX = (face.leftEye().x() + face.rightEye().x()) / 2;
        double eyesY = (face.leftEye().y() + face.rightEye().y()) / 2;
        double betweenX = face.rightEye().x() - face.leftEye().x();
        double betweenY = face.rightEye().y() - face.leftEye().y();
        double downX = face.mouth().x() - eyesX;
        double downY = face.mouth().y() - eyesY;
        // right is along the eyes, and a quarter turn from down the face
        double rightX = betweenX + downY;
        double rightY = betweenY - downX;
        double length = Math.hypot(rightX, rightY);
        double side = Math.max(EYES * Math.hypot(betweenX, betweenY), FACE * Math.hypot(downX, downY));
        if (!(length > 0 && side >= 1)) {
            throw new IllegalArgumentException(
                    "eyes and mouth must be apart and upright or turned, not mirrored, got " + face);
        }
        double half = side / 2 / length;
        return new AlignedSquare(eyesX + DOWN * downX, eyesY + DOWN * downY, half * rightX, half * rightY);
    }

    /** Pixels of the frame that a side covers. */
    public double side() {
        return 2 * Math.hypot(acrossX, acrossY);
    }

    /** Where a point of the frame comes to lie in the cut, as shares of its side from its left and upper edge. */
    public Point place(Point point) {
        double square = acrossX * acrossX + acrossY * acrossY;
        double dx = point.x() - x;
        double dy = point.y() - y;
        return new Point(
                0.5 + (dx * acrossX + dy * acrossY) / square / 2, 0.5 + (dy * acrossX - dx * acrossY) / square / 2);
    }

    /** The point of the frame that lies at a place of the cut: the inverse of {@link #place}. */
    public Point point(Point place) {
        double right = 2 * place.x() - 1;
        double down = 2 * place.y() - 1;
        return new Point(x + right * acrossX - down * acrossY, y + right * acrossY + down * acrossX);
    }

    /**
     * Cuts the square out of a frame. What it covers beyond the frame is the frame mirrored. Sampled linearly, at least
     * once a pixel of the frame, then reduced with Lanczos as all imported frames are.
     *
     * @param rgb interleaved, {@code [height, width, 3]}
     * @return {@code [resolution, resolution, 3]}
     */
    public byte[] cut(byte[] rgb, int width, int height, int resolution) {
        int times = (int) Math.ceil(Math.min(side(), LARGEST) / resolution);
        int samples = Math.max(1, times) * resolution;
        byte[] large = new byte[3 * samples * samples];
        for (int row = 0; row < samples; row++) {
            double down = (2 * row + 1.0) / samples - 1;
            for (int column = 0; column < samples; column++) {
                double right = (2 * column + 1.0) / samples - 1;
                sample(
                        rgb,
                        width,
                        height,
                        x + right * acrossX - down * acrossY - 0.5,
                        y + right * acrossY + down * acrossX - 0.5,
                        large,
                        3 * (row * samples + column));
            }
        }
        return samples == resolution
                ? large
                : Resize.resize(large, samples, samples, resolution, resolution, Resize.Kernel.LANCZOS);
    }

    private static void sample(byte[] rgb, int width, int height, double u, double v, byte[] into, int at) {
        int left = (int) Math.floor(u);
        int top = (int) Math.floor(v);
        double right = u - left;
        double below = v - top;
        int x0 = mirrored(left, width);
        int x1 = mirrored(left + 1, width);
        int y0 = mirrored(top, height) * width;
        int y1 = mirrored(top + 1, height) * width;
        for (int c = 0; c < 3; c++) {
            double upper = (1 - right) * (rgb[3 * (y0 + x0) + c] & 255) + right * (rgb[3 * (y0 + x1) + c] & 255);
            double lower = (1 - right) * (rgb[3 * (y1 + x0) + c] & 255) + right * (rgb[3 * (y1 + x1) + c] & 255);
            into[at + c] = (byte) ((1 - below) * upper + below * lower + 0.5);
        }
    }

    /** Reflected about the first and the last pixel, as often as it takes. */
    private static int mirrored(int index, int count) {
        if (count == 1) {
            return 0;
        }
        int period = 2 * (count - 1);
        int within = Math.floorMod(index, period);
        return within < count ? within : period - within;
    }
}
