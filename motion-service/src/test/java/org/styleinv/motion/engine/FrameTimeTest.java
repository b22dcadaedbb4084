package org.styleinv.motion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTimeTest {
    @Test
    void wholeFramesFallOnWholeOffsets() {
        assertEquals(new FrameTime(0, 0), FrameTime.of(0, 1, 16));
        assertEquals(new FrameTime(1, 0), FrameTime.of(16, 1, 16));
        assertEquals(new FrameTime((1L << 53) / 16, 0), FrameTime.of(1L << 53, 1, 16));
        assertEquals(new FrameTime(1, 0.5), FrameTime.of(33, 0.5, 16));
    }

    @Test
    void aHalfStepIsHalfAsFar() {
        for (long index : new long[] {0, 7, 1000, 999_999_999_999L, (1L << 53) - 1}) {
            assertEquals(FrameTime.of(index, 1, 13), FrameTime.of(index, 0.5 + 0.5, 13));
            assertEquals(FrameTime.of(index / 2, 1, 13), FrameTime.of(index / 2 * 2, 0.5, 13));
        }
    }

    @Test
    void theProductIsNeverRounded() {
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            long index = random.nextLong(1L << 53);
            double step = Math.scalb(1 + random.nextDouble(), random.nextInt(30) - 20);
            FrameTime time = FrameTime.of(index, step, 16);
            BigDecimal exact = new BigDecimal(step).multiply(BigDecimal.valueOf(index));
            BigDecimal found = BigDecimal.valueOf(time.anchor())
                    .multiply(BigDecimal.valueOf(16))
                    .add(new BigDecimal(time.offset()));
            assertTrue(exact.subtract(found).abs().doubleValue() < 2e-15, "index " + index + " step " + step);
            assertTrue(time.offset() >= 0 && time.offset() < 16);
        }
    }
}
