package org.styleinv.network.image;

/** The middle square of a frame, interpolated linearly without antialiasing: how published clips are read. */
public final class SquareCrop {
    private SquareCrop() {}

    /**
     * @param rgb interleaved, {@code [height, width, 3]}
     * @return planar {@code [3, resolution, resolution]}, in [0, 255]
     */
    public static float[] interpolate(byte[] rgb, int width, int height, int resolution) {
        int side = Math.min(width, height);
        int left = (width - side) / 2;
        int top = (height - side) / 2;
        float[] planar = new float[3 * resolution * resolution];
        for (int y = 0; y < resolution; y++) {
            float v = position(y, side, resolution);
            int y0 = (int) v;
            int y1 = Math.min(y0 + 1, side - 1);
            for (int x = 0; x < resolution; x++) {
                float u = position(x, side, resolution);
                int x0 = (int) u;
                int x1 = Math.min(x0 + 1, side - 1);
                for (int c = 0; c < 3; c++) {
                    float above =
                            mix(at(rgb, width, left + x0, top + y0, c), at(rgb, width, left + x1, top + y0, c), u - x0);
                    float below =
                            mix(at(rgb, width, left + x0, top + y1, c), at(rgb, width, left + x1, top + y1, c), u - x0);
                    planar[(c * resolution + y) * resolution + x] = mix(above, below, v - y0);
                }
            }
        }
        return planar;
    }

    /** Where a target pixel's centre lies in the source, not before its first pixel's centre. */
    private static float position(int target, int side, int resolution) {
        return Math.max(0, (target + 0.5f) * ((float) side / resolution) - 0.5f);
    }

    private static int at(byte[] rgb, int width, int x, int y, int c) {
        return rgb[(y * width + x) * 3 + c] & 255;
    }

    private static float mix(float a, float b, float share) {
        return a * (1 - share) + b * share;
    }
}
