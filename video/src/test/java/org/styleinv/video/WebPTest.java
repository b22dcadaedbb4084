package org.styleinv.video;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.junit.jupiter.api.Test;

/** WebP from pixels. */
class WebPTest {
    private static final int WIDTH = 48;
    private static final int HEIGHT = 32;

    private static byte[] picture() {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            rgb[3 * i] = (byte) (4 * (i % WIDTH));
            rgb[3 * i + 1] = (byte) (6 * (i / WIDTH));
            rgb[3 * i + 2] = 90;
        }
        return rgb;
    }

    @Test
    void keepsThePicture() throws Exception {
        byte[] rgb = picture();
        try (var grabber = new FFmpegFrameGrabber(new ByteArrayInputStream(WebP.of(WIDTH, HEIGHT, rgb)))) {
            grabber.setPixelFormat(org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_RGB24);
            grabber.start();
            Frame frame = grabber.grabImage();
            assertEquals(WIDTH, frame.imageWidth);
            assertEquals(HEIGHT, frame.imageHeight);
            ByteBuffer seen = (ByteBuffer) frame.image[0];
            double error = 0;
            for (int i = 0; i < rgb.length; i++) {
                int row = i / (3 * WIDTH);
                error += Math.abs((seen.get(row * frame.imageStride + i % (3 * WIDTH)) & 255) - (rgb[i] & 255));
            }
            assertTrue(error / rgb.length < 4, "mean error " + error / rgb.length);
        }
    }

    @Test
    void isAFunctionOfThePixels() {
        assertArrayEquals(WebP.of(WIDTH, HEIGHT, picture()), WebP.of(WIDTH, HEIGHT, picture()));
    }
}
