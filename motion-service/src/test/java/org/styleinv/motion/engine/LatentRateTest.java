package org.styleinv.motion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an engine is thought to make. */
class LatentRateTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void fullBatchesSayWhatThereIsRoomForAndLaterOnesHowFastItIsNow() {
        var rate = new LatentRate(16);
        assertEquals(Double.POSITIVE_INFINITY, rate.perSecond(0), "nothing is known yet");
        rate.made(4, 16 * MS, 0);
        assertEquals(250, rate.perSecond(0), 1e-6);
        rate.made(16, 40 * MS, 0);
        assertEquals(400, rate.perSecond(0), 1e-6);
        for (int i = 0; i < 40; i++) {
            rate.made(4, 16 * MS, SECOND);
        }
        assertEquals(400, rate.perSecond(SECOND), 1e-6, "batches of four are no slower than they were");
        for (int i = 0; i < 40; i++) {
            rate.made(4, 32 * MS, 2 * SECOND);
        }
        assertEquals(200, rate.perSecond(2 * SECOND), 1e-6, "others have half of the cores now");
        rate.made(4, 1600 * MS, 2 * SECOND);
        assertEquals(200, rate.perSecond(2 * SECOND), 1e-6, "one batch that stood still is none of many");
        assertEquals(400, rate.perSecond(60 * SECOND), 1e-6, "a minute later nobody knows of it");
        rate.forget();
        assertEquals(Double.POSITIVE_INFINITY, rate.perSecond(0));
    }

    @Test
    void whatIsNoBatchOfTheNetworkIsNotCounted() {
        var rate = new LatentRate(16);
        rate.made(0, MS, 0);
        rate.made(17, MS, 0);
        assertEquals(Double.POSITIVE_INFINITY, rate.perSecond(0));
    }

    @Test
    void recentValuesAreTheLastAndNoneIsTooOld() {
        var recent = new Recent(4, 2);
        assertEquals(OptionalDouble.empty(), recent.quantile(0.5, 0));
        for (int i = 1; i <= 9; i++) {
            recent.add(i, i);
        }
        assertEquals(OptionalDouble.of(6), recent.quantile(0, 9));
        assertEquals(OptionalDouble.of(7), recent.quantile(0.5, 9));
        assertEquals(OptionalDouble.of(9), recent.quantile(1, 9));
        recent.add(3, SECOND);
        assertEquals(OptionalDouble.of(3), recent.quantile(1, 3 * SECOND));
        assertEquals(OptionalDouble.empty(), recent.quantile(1, 4 * SECOND));
    }
}
