package org.styleinv.network.motion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.network.Pass;

class MotionSegmentTest {
    private static final BigDecimal TWO_PI = new BigDecimal(
            "6.28318530717958647692528676655900576839433879875021164194988918461563281257241799725606965068423413596429617303");
    private static final int DISTANCE = 8;

    private final NDManager manager = NDManager.newBaseManager();
    private final TemporalStyle style =
            new TemporalStyle("mapping", new TemporalStyle.Config(16, 16, 32, DISTANCE, 8, 8, 32, 11));
    private final Pass pass = Pass.inference(manager, style.initialize(manager, 1));

    @AfterEach
    void close() {
        manager.close();
    }

    private float[] code(long seed, long frame, double fraction) {
        long anchor = style.anchorAt(frame);
        return style.segment(pass, seed, anchor).code(frame - anchor * DISTANCE + fraction);
    }

    private static double distance(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 1000, 1_000_000_007L, 1_000_000_000_000L, 1L << 53, Long.MAX_VALUE})
    void anglesAreExactForEver(long time) {
        Random random = new Random(time);
        for (int i = 0; i < 200; i++) {
            double rate = (double) random.nextFloat() * (2 * random.nextFloat());
            double exact = new BigDecimal(rate)
                    .multiply(BigDecimal.valueOf(time))
                    .remainder(TWO_PI)
                    .doubleValue();
            double angle = MotionSegment.angle(rate, time);
            double error = Math.abs(Math.sin((angle - exact) / 2));
            assertTrue(error < 1e-15, () -> rate + " * " + time + ": " + angle + ", exactly " + exact);
        }
        assertEquals(0, MotionSegment.angle(0, time));
    }

    @Test
    void aWaveIsTheSameFarFromTheStart() {
        // One wave alone, its phase and aligned codes 0, against decimal arithmetic at frame 8 * 10^12 + 3.25.
        double rate = (double) 0.7853982f * 1.2345679f;
        long anchor = 1_000_000_000_000L;
        float[] zero = new float[2];
        float[] code = new MotionSegment(anchor, DISTANCE, new double[] {rate}, new float[1], zero, zero).code(3.25);
        double[] wave = new double[3];
        double[] times = {3.25, 0, DISTANCE};
        for (int i = 0; i < 3; i++) {
            BigDecimal time = BigDecimal.valueOf(anchor * DISTANCE).add(BigDecimal.valueOf(times[i]));
            wave[i] = Math.sin(
                    new BigDecimal(rate).multiply(time).remainder(TWO_PI).doubleValue());
        }
        double a = 3.25 / DISTANCE;
        assertEquals(wave[0] - (1 - a) * wave[1] - a * wave[2], code[0], 1e-7);
    }

    @Test
    void theFirstFrameIsTheSameForEverySeed() {
        assertArrayEquals(code(1, 0, 0), code(2, 0, 0));
        assertFalse(Arrays.equals(code(1, 1, 0), code(2, 1, 0)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 5, 11, 12, 1_000_000, 1L << 49})
    void motionIsContinuousAcrossAnchors(long anchor) {
        float[] before = style.segment(pass, 3, anchor - 1).code(Math.nextDown((double) DISTANCE));
        float[] after = style.segment(pass, 3, anchor).code(0);
        assertTrue(distance(before, after) < 1e-5, () -> "a jump of " + distance(before, after));
    }

    @Test
    void aSegmentAsksForTwelveAnchorsAndOnlyFromOneOn() {
        for (long anchor : new long[] {0, 3, 10, 11, 1L << 50}) {
            List<Long> asked = new ArrayList<>();
            style.segment(
                    pass,
                    k -> {
                        asked.add(k);
                        return new float[16];
                    },
                    anchor);
            for (long k : asked) {
                assertTrue(k >= Math.max(1, anchor - 10) && k <= anchor + 1, "anchor " + k + " for segment " + anchor);
            }
            assertEquals(Math.min(12, anchor + 1), asked.size());
        }
    }

    @Test
    void timesBeforeTheFirstFrameAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> style.anchorAt(-1));
    }

    @Test
    void noiseIsAPureFunctionThatNeverChanges() {
        // Streams of earlier versions must stay what they are: these values are part of the contract.
        assertArrayEquals(new float[] {-0.32862568f, 0.32765788f, 0.4932545f}, MotionNoise.anchor(42, 7, 3));
        assertArrayEquals(MotionNoise.anchor(42, 7, 16), MotionNoise.anchor(42, 7, 16));
        assertArrayEquals(MotionNoise.anchor(42, 7, 3), Arrays.copyOf(MotionNoise.anchor(42, 7, 16), 3));
        for (long[] other : new long[][] {{43, 7}, {42, 8}, {42 + (1L << 32), 7}, {42, 7 + (1L << 32)}, {-42, 7}}) {
            assertTrue(distance(MotionNoise.anchor(42, 7, 16), MotionNoise.anchor(other[0], other[1], 16)) > 0.1);
        }
    }

    @Test
    void noiseIsStandardNormal() {
        double[] moments = new double[5];
        int count = 0;
        for (int k = 1; k <= 400; k++) {
            for (float value : MotionNoise.anchor(5, k, 512)) {
                for (int power = 1; power < 5; power++) {
                    moments[power] += Math.pow(value, power);
                }
                count++;
            }
        }
        double[] normal = {0, 0, 1, 0, 3};
        for (int power = 1; power < 5; power++) {
            assertEquals(normal[power], moments[power] / count, 0.05, "moment " + power);
        }
    }
}
