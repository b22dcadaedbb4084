package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrengthScheduleTest {
    @Test
    void aNumberIsTheSameInEveryFrame() {
        StrengthSchedule schedule = StrengthSchedule.parse("smile", "-1.5");
        for (long index : new long[] {0, 1, 1L << 53}) {
            assertEquals(-1.5, schedule.at(index));
        }
    }

    @Test
    void itChangesInAStraightLineAndStaysThere() {
        StrengthSchedule schedule = StrengthSchedule.parse("smile", "0, 2@150+60, -1@400");
        assertEquals(0, schedule.at(149));
        assertEquals(0, schedule.at(150));
        assertEquals(1, schedule.at(180));
        assertEquals(2, schedule.at(210));
        assertEquals(2, schedule.at(399));
        assertEquals(-1, schedule.at(400));
        assertEquals(-1, schedule.at(1L << 53));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "much",
                "NaN",
                "Infinity",
                "1e3",
                "11",
                "-10.1",
                "0x1p3",
                "1,",
                ",1",
                "1@5",
                "1,2",
                "1,2@0",
                "1,2@-5",
                "1,2@5+",
                "1,2@10+10,3@15",
                "1,2@99999999999999999",
                "1,2@9999999999999999",
                "1;2@5",
                "1,NaN@5",
                "1 2",
                "٣"
            })
    void nonsenseIsRefusedByName(String text) {
        String said = assertThrows(IllegalArgumentException.class, () -> StrengthSchedule.parse("smile", text))
                .getMessage();
        assertTrue(said.startsWith("strength ") && said.contains("smile"), said);
    }

    @Test
    void thousandsOfPartsAreRefusedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> StrengthSchedule.parse("smile", "1,".repeat(100_000)));
    }
}
