package org.styleinv.mesh.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PixelsTest {
    /** Left half black, right half white. */
    private static Pixels halves(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % width < width / 2 ? 0 : 255);
        }
        return new Pixels(width, height, rgb);
    }

    @Test
    void aSmallPictureIsEnlargedByAWholeFactorAndKeepsItsColours() {
        Pixels large = halves(20, 10).enlarged(32);
        assertEquals(80, large.width());
        assertEquals(40, large.height());
        int middle = 3 * 20 * large.width();
        assertEquals(0, large.rgb()[middle + 3 * 10]);
        assertEquals((byte) 255, large.rgb()[middle + 3 * 70]);
        int before = -1;
        for (int x = 36; x < 44; x++) { // smoothly, where it was hard
            int now = large.rgb()[middle + 3 * x] & 255;
            assertTrue(now >= before, now + " after " + before);
            before = now;
        }
    }

    @Test
    void aLargePictureStaysAsItIs() {
        Pixels large = halves(64, 32);
        assertSame(large, large.enlarged(32));
    }
}
