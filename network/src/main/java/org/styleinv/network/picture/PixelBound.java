package org.styleinv.network.picture;

import java.io.IOException;

/** Whether so few bytes can be so many pixels: a header that lies is found before memory is taken for what it promises. */
final class PixelBound {
    /** Deflate makes at most so many bytes of one: 258 of two bits. */
    private static final long DEFLATE = 1032;

    private static final int PNG_DEPTH = 24;
    private static final int PNG_COLOUR = 25;
    /** Samples a pixel by PNG's colour type: grey, -, RGB, palette, grey and alpha, -, RGB and alpha. */
    private static final int[] PNG_SAMPLES = {1, 1, 3, 1, 2, 1, 4};

    /** JPEG's largest unit, 16 x 16 pixels, has at least one bit. */
    private static final long JPEG_PIXELS_A_BYTE = 8 * 16 * 16;

    private PixelBound() {}

    /** @throws IOException if the bytes cannot hold that many pixels */
    static void check(PictureKind kind, byte[] data, int width, int height) throws IOException {
        boolean enough =
                switch (kind) {
                    case PNG -> pngBytes(data, width, height) <= DEFLATE * data.length;
                    case JPEG -> (long) width * height <= JPEG_PIXELS_A_BYTE * data.length;
                    default -> true; // these may be as flat as they like: the number of pixels is the bound
                };
        if (!enough) {
            throw new IOException("its " + data.length + " bytes cannot hold " + width + "x" + height + " pixels");
        }
    }

    /** Of the pixels before they are compressed. */
    private static long pngBytes(byte[] data, int width, int height) {
        if (data.length <= PNG_COLOUR) {
            return 0;
        }
        int colour = data[PNG_COLOUR];
        int samples = colour >= 0 && colour < PNG_SAMPLES.length ? PNG_SAMPLES[colour] : 1;
        return height * (1 + ((long) width * samples * Math.max(1, data[PNG_DEPTH]) + 7) / 8);
    }
}
