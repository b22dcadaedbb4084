package org.styleinv.mesh.bench.ratio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.styleinv.mesh.bench.ratio.RatioGate.Verdict;

/** When a ratio is lost. Real formulations are exchanged in {@code RatiosIT}. */
class RatioGateTest {
    private static final Ratio WAS = new Ratio(0.6, 0.58, 0.62); // the bound is 0.713

    private static Verdict judge(double... measurements) throws Exception {
        Iterator<Double> next = java.util.Arrays.stream(measurements).iterator();
        return RatioGate.judge("decoder-1", WAS, () -> {
            if (!next.hasNext()) {
                throw new NoSuchElementException("it asks for more than " + measurements.length);
            }
            return next.next();
        });
    }

    @Test
    void oneMeasurementWithinTheBoundIsEnough() throws Exception {
        Verdict verdict = judge(0.71);
        assertFalse(verdict.lost());
        assertEquals("decoder-1: 0.710, was 0.600 (0.580 to 0.620)", verdict.sentence());
    }

    @Test
    void aDisturbedMeasurementIsRepeated() throws Exception {
        Verdict verdict = judge(0.72, 0.9, 1.2, 0.6);
        assertFalse(verdict.lost());
        assertEquals(List.of(0.72, 0.9, 1.2, 0.6), verdict.is());
    }

    @Test
    void whatIsSlowerInFourMeasurementsIsLostAndSaysSo() throws Exception {
        Verdict verdict = judge(0.72, 0.75, 0.74, 0.73);
        assertTrue(verdict.lost());
        assertEquals(
                "decoder-1 has lost: its time over the baseline's was 0.600 (0.580 to 0.620) and is 0.720, 0.750, 0.740, 0.730 in as many"
                        + " measurements, the bound is 0.713; if that is meant, measure anew with ./styleinv bench ratios --write",
                verdict.sentence());
    }

    @Test
    void aGainIsToBeWrittenDown() throws Exception {
        Verdict verdict = judge(0.5);
        assertFalse(verdict.lost());
        assertTrue(verdict.sentence().endsWith("a gain, so write it down with " + RatioFile.COMMAND));
    }

    /** Work that takes the processor a while, and as much longer as it is told. */
    private static final class Spinning implements Contest {
        private static final int BASELINE = 1_000_000;

        private final int ours;
        private long state = 1;

        Spinning(double times) {
            ours = (int) (times * BASELINE);
        }

        private void spin(int rounds) {
            for (int i = 0; i < rounds; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
            }
            assertTrue(state != 0);
        }

        @Override
        public void ours() {
            spin(ours);
        }

        @Override
        public void baseline() {
            spin(BASELINE);
        }

        @Override
        public void close() {}
    }

    @Test
    void workThatIsMeasuredIsHeldUntilItTakesHalfAsLongAgain() throws Exception {
        var was = new Ratio(1, 0.95, 1.05); // the bound is 1.21
        try (var same = new Spinning(1);
                var slower = new Spinning(1.5)) {
            assertFalse(RatioGate.judge("same", was, () -> same.ratio(5, 5)).lost());
            Verdict verdict = RatioGate.judge("slower", was, () -> slower.ratio(5, 5));
            assertTrue(verdict.lost(), verdict::sentence);
        }
    }
}
