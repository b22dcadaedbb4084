package org.styleinv.trainer.data.frame;

/**
 * Crops the middle square of a frame and brings it to a resolution: area averaging when it shrinks, linear
 * interpolation when it grows, nothing when it fits. Not for several threads at once.
 */
public final class SquareScaler {
    private final int width;
    private final int side;
    private final int left;
    private final int top;
    private final int resolution;
    private final int[] first; // first source pixel of each target pixel, inside the square
    private final float[][] weights; // shares of it and its right neighbours, sum 1
    private final float[] rows; // [side, 3, resolution]: scaled along x only

    public SquareScaler(int width, int height, int resolution) {
        this.width = width;
        this.resolution = resolution;
        side = Math.min(width, height);
        left = (width - side) / 2;
        top = (height - side) / 2;
        first = new int[resolution];
        weights = new float[resolution][];
        rows = new float[side * 3 * resolution];
        double step = (double) side / resolution;
        for (int i = 0; i < resolution; i++) {
            if (step >= 1) {
                area(i, i * step, (i + 1) * step);
            } else {
                linear(i, (i + 0.5) * step - 0.5);
            }
        }
    }

    /** A target pixel is the mean of the source between {@code from} and {@code to}. */
    private void area(int target, double from, double to) {
        int low = (int) Math.floor(from + 1e-9);
        int high = Math.min(side, (int) Math.ceil(to - 1e-9));
        first[target] = low;
        weights[target] = new float[high - low];
        for (int k = low; k < high; k++) {
            weights[target][k - low] = (float) ((Math.min(to, k + 1) - Math.max(from, k)) / (to - from));
        }
    }

    private void linear(int target, double position) {
        double at = Math.max(0, Math.min(side - 1, position));
        int low = Math.min((int) at, Math.max(0, side - 2));
        first[target] = low;
        weights[target] = side == 1 ? new float[] {1} : new float[] {(float) (1 - (at - low)), (float) (at - low)};
    }

    /** Interleaved {@code rgb} of the whole frame to planar bytes {@code [3, resolution, resolution]}. */
    public void scale(byte[] rgb, byte[] planar) {
        for (int y = 0; y < side; y++) {
            int row = ((top + y) * width + left) * 3;
            for (int x = 0; x < resolution; x++) {
                float[] shares = weights[x];
                float red = 0;
                float green = 0;
                float blue = 0;
                for (int k = 0, at = row + first[x] * 3; k < shares.length; k++, at += 3) {
                    red += shares[k] * (rgb[at] & 255);
                    green += shares[k] * (rgb[at + 1] & 255);
                    blue += shares[k] * (rgb[at + 2] & 255);
                }
                int out = y * 3 * resolution + x;
                rows[out] = red;
                rows[out + resolution] = green;
                rows[out + 2 * resolution] = blue;
            }
        }
        int stride = 3 * resolution;
        for (int y = 0; y < resolution; y++) {
            float[] shares = weights[y];
            for (int c = 0; c < 3; c++) {
                for (int x = 0; x < resolution; x++) {
                    float sum = 0;
                    for (int k = 0, at = first[y] * stride + c * resolution + x; k < shares.length; k++, at += stride) {
                        sum += shares[k] * rows[at];
                    }
                    planar[(c * resolution + y) * resolution + x] = (byte) (sum + 0.5f);
                }
            }
        }
    }
}
