package org.styleinv.trainer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSamplerTest {
    private final FrameSampler sampler = new FrameSampler(128, 32);
    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void aRealClipIsFrameZeroAndThreeDistinctWholeFramesWithinTheSpan() {
        int last = 0;
        for (int i = 0; i < 10_000; i++) {
            double[] frames = sampler.real(500, random::nextDouble);
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
            double[] frames = sampler.generated(128, random::nextDouble);
            assertTrue(frames[0] == 0 && frames[1] <= frames[2] && frames[2] < frames[3] && frames[3] < 127);
            between |= frames[1] != Math.rint(frames[1]);
        }
        assertTrue(between);
    }

    /** Videos of unequal length go together: each is sampled up to its own end, in the same unit of time. */
    @ParameterizedTest
    @ValueSource(ints = {5, 6, 20, 33, 34, 72, 127})
    void aShortVideoIsSampledToItsEndAndNotBeyond(int length) {
        double last = 0;
        double lastGenerated = 0;
        for (int i = 0; i < 10_000; i++) {
            double[] frames = sampler.real(length, random::nextDouble);
            assertTrue(frames[1] < frames[2] && frames[2] < frames[3] && frames[3] < length);
            last = Math.max(last, frames[3]);
            lastGenerated = Math.max(lastGenerated, sampler.generated(length, random::nextDouble)[3]);
        }
        assertEquals(length - 1, last);
        assertTrue(lastGenerated < length - 1 && lastGenerated > length - 3, "generated up to " + lastGenerated);
        assertThrows(IllegalArgumentException.class, () -> sampler.real(4, random::nextDouble));
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
