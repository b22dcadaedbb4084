package org.styleinv.network.picture;

/**
 * A picture in sRGB, upright, without transparency.
 *
 * @param rgb {@code height} rows of {@code width} pixels, each red, green, blue
 */
public record RgbPicture(int width, int height, byte[] rgb) {
    /**
     * As the photographer saw it.
     *
     * @param orientation 1 to 8, how the camera was held: EXIF 2.32, tag 0x0112; 1 = as stored
     */
    RgbPicture turned(int orientation) {
        if (orientation <= 1 || orientation > 8) {
            return this;
        }
        boolean swap = orientation >= 5;
        int w = swap ? height : width;
        int h = swap ? width : height;
        byte[] out = new byte[rgb.length];
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                int sx = swap ? y : x;
                int sy = swap ? x : y;
                if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) {
                    sx = width - 1 - sx;
                }
                if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) {
                    sy = height - 1 - sy;
                }
                System.arraycopy(rgb, 3 * (sy * width + sx), out, 3 * (y * w + x), 3);
            }
        }
        return new RgbPicture(w, h, out);
    }
}
