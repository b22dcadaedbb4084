package org.styleinv.trainer.data.imported;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DrawnTest {
    private static final int SIDE = 32;

    /** Colours at random, beside one colour. */
    private static byte[] confetti() {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        new Random(5).nextBytes(rgb);
        for (int y = 0; y < SIDE; y++) {
            Arrays.fill(rgb, 3 * (y * SIDE + SIDE / 2), 3 * (y + 1) * SIDE, (byte) 200);
        }
        return rgb;
    }

    @Test
    void aPencilDrawsInGreyOnPaper() {
        byte[] drawn = Drawn.PENCIL.of(confetti());
        assertEquals(3 * SIDE * SIDE, drawn.length);
        for (int i = 0; i < drawn.length; i += 3) {
            assertEquals(drawn[i], drawn[i + 1]);
            assertEquals(drawn[i], drawn[i + 2]);
        }
        int row = 3 * SIDE * (SIDE / 2);
        int strokes = drawn[row + 3 * (SIDE / 8)] & 255;
        int paper = drawn[row + 3 * (SIDE - SIDE / 8)] & 255;
        assertTrue(strokes < 128 && paper > 240, "strokes of " + strokes + " on paper of " + paper);
        assertArrayEquals(drawn, Drawn.PENCIL.of(confetti()), "the same drawing each time");
    }

    @Test
    void inColourNothingChanges() {
        assertArrayEquals(confetti(), Drawn.COLOUR.of(confetti()));
    }
}
