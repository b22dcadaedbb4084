package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameRangeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -1                  | 0                   | 30        | 1         | first_index must be from 0 to 2^53, got -1
            9007199254740993    | 0                   | 1000      | 1         | first_index must be from 0 to 2^53
            9223372036854775807 | 1                   | 30        | -1        | first_index must be from 0 to 2^53
            9007199254740992    | 1                   | 1000      | 1024      | first_index must be at most 4503599627370496 (
            9007199254740992    | 1                   | 1000      | -1024     | first_index must be at most 4503599627370496 (
            276701161105643     | 1                   | 0         | 1         | first_index must be at most 276701161105642 (
            9223372037          | 0                   | 0.001     | 1         | first_index must be at most 9223372035 (
            0                   | -1                  | 30        | 1         | frame_count must be 0 for a stream without end
            10                  | 9223372036854775807 | 1000      | 1         | frame_count must end at index 2^53 at most
            9007199254740992    | 2                   | 1000      | 1         | frame_count must end at index 2^53 at most
            276701161105642     | 2                   | 30        | 1         | frame_count must end at index 276701161105642 (
            10                  | 12                  | 30        | -1        | frame_count must be at most 11
            0                   | 9223372036854775807 | 30        | -0.5      | frame_count must be at most 1
            0                   | 0                   | NaN       | 1         | fps must be from 0.001 to 1000
            0                   | 0                   | -0.01     | 1         | fps must be from 0.001 to 1000
            0                   | 0                   | 4.9E-324  | 1         | fps must be from 0.001 to 1000
            0                   | 0                   | Infinity  | 1         | fps must be from 0.001 to 1000
            0                   | 0                   | 1000.001  | 1         | fps must be from 0.001 to 1000
            0                   | 0                   | 30        | 0         | time_step must be from 2^-20 to 1024
            0                   | 0                   | 30        | -0.0      | time_step must be from 2^-20 to 1024
            0                   | 0                   | 30        | NaN       | time_step must be from 2^-20 to 1024
            0                   | 0                   | 30        | -Infinity | time_step must be from 2^-20 to 1024
            0                   | 0                   | 30        | 2.3E-308  | time_step must be from 2^-20 to 1024
            0                   | 0                   | 30        | 1.8E308   | time_step must be from 2^-20 to 1024
            """)
    void whatHasNoTimeIsRefusedByName(long first, long count, double fps, double step, String sentence) {
        String told = assertThrows(IllegalArgumentException.class, () -> FrameRange.of(first, count, fps, step))
                .getMessage();
        assertTrue(told.startsWith(sentence), told);
    }

    @ParameterizedTest
    @CsvSource({"30,1", "0.001,1", "1000,1", "1000,1024", "0.001,1024", "29.97,0.000001", "1000,512", "23.976,3.7"})
    void theLastIndexHasATimeAndTheNextIsRefused(double fps, double step) {
        long last = FrameRange.last(fps, step);
        FrameRange end = FrameRange.of(last - 9, 0, fps, step);
        assertEquals(10, end.total(), "a stream without end ends where time does");
        for (long place = 1; place < 10; place++) {
            assertTrue(end.presentationUs(place) > end.presentationUs(place - 1), "it rises");
        }
        FrameRange back = FrameRange.of(last, 0, fps, -step);
        assertEquals(last + 1, back.total());
        assertTrue(back.presentationUs(last) > back.presentationUs(last - 1));
        assertThrows(IllegalArgumentException.class, () -> FrameRange.of(last + 1, 1, fps, step));
    }

    @Test
    void timesRiseEverywhereAndAreExact() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            double fps = Math.exp(Math.log(0.001) + random.nextDouble() * Math.log(1e6));
            FrameRange range = FrameRange.of((long) (random.nextDouble() * (FrameRange.last(fps, 1) - 2)), 2, fps, 1);
            long us = range.presentationUs(0);
            assertTrue(range.presentationUs(1) > us, () -> "fps " + fps + " first " + range.first());
            BigDecimal off = BigDecimal.valueOf(us)
                    .multiply(new BigDecimal(fps))
                    .subtract(BigDecimal.valueOf(range.first()).multiply(BigDecimal.valueOf(1_000_000)));
            assertTrue(off.abs().doubleValue() <= fps * 0.5000001, "half a microsecond at most");
        }
    }

    @Test
    void everyPlaceOfEveryIndexIsItsOwn() {
        for (double step : new double[] {1, -1}) {
            FrameRange range = FrameRange.of(100, 7, 30, step);
            for (long index : new long[] {Long.MIN_VALUE, -1, 0, 99, 101, Long.MAX_VALUE}) {
                assertEquals(index, range.index(range.place(index)));
            }
        }
    }
}
