package org.styleinv.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameSamplerTest {
    private final FrameSampler sampler = new FrameSampler(128, 32);
    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void aRealClipIsFrameZeroAndThreeDistinctWholeFramesWithinTheSpan() {
        int last = 0;
        for (int i = 0; i < 10_000; i++) {
            double[] frames = sampler.real(random::nextDouble);
            assertEquals(4, frames.length);
            assertEquals(0, frames[0]);
            assertTrue(frames[1] >= 0 && frames[1] < frames[2] && frames[2] < frames[3] && frames[3] <= 127);
            assertTrue(frames[3] - frames[1] >= 2 && frames[3] - frames[1] < 32);
            for (double frame : frames) {
                assertEquals(Math.rint(frame), frame);
            }
            last = Math.max(last, (int) frames[3]);
        }
        assertEquals(127, last, "the clip's end is reached");
    }

    @Test
    void aGeneratedClipLiesBetweenFramesAndInsideTheClip() {
        boolean between = false;
        for (int i = 0; i < 10_000; i++) {
            double[] frames = sampler.generated(random::nextDouble);
            assertTrue(frames[0] == 0 && frames[1] <= frames[2] && frames[2] < frames[3] && frames[3] < 127);
            between |= frames[1] != Math.rint(frames[1]);
        }
        assertTrue(between);
    }

    @Test
    void timestampsAreSharesOfTheClip() {
        assertEquals(1, sampler.timestamps(new double[] {127})[0]);
        assertEquals(0.5f, sampler.timestamps(new double[] {63.5})[0]);
    }

    @Test
    void refusesAClipTooShortToSample() {
        assertThrows(IllegalArgumentException.class, () -> new FrameSampler(4, 32));
    }
}
