package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.proto.wire.VariantSchedule.Blend;
import org.styleinv.proto.wire.VariantSchedule.Look;

class VariantScheduleTest {
    private static Look pure(String variant) {
        return new Look(variant, Optional.empty());
    }

    private static Look mixed(String variant, String other, double weight) {
        return new Look(variant, Optional.of(new Blend(other, weight)));
    }

    @Test
    void aNameIsTheWholeSchedule() {
        VariantSchedule schedule = VariantSchedule.parse("sketch");
        assertEquals(pure("sketch"), schedule.at(0));
        assertEquals(pure("sketch"), schedule.at(1L << 53));
        assertEquals(List.of("sketch"), schedule.variants());
        assertEquals(pure("base"), VariantSchedule.parse("").at(3));
    }

    @Test
    void aFadeGoesFromOneVariantToTheOtherAndACutIsAtOnce() {
        VariantSchedule schedule = VariantSchedule.parse("base,sketch@150+60, base@400");
        assertEquals(pure("base"), schedule.at(149));
        assertEquals(pure("base"), schedule.at(150));
        assertEquals(mixed("base", "sketch", 1.0 / 60), schedule.at(151));
        assertEquals(mixed("base", "sketch", 0.5), schedule.at(180));
        assertEquals(mixed("base", "sketch", 59.0 / 60), schedule.at(209));
        assertEquals(pure("sketch"), schedule.at(210));
        assertEquals(pure("sketch"), schedule.at(399));
        assertEquals(pure("base"), schedule.at(400));
        assertEquals(List.of("base", "sketch"), schedule.variants());
    }

    @Test
    void fadesMayFollowEachOtherWithoutAPause() {
        VariantSchedule schedule = VariantSchedule.parse("base,sketch@10+10,oil@20+10");
        assertEquals(mixed("base", "sketch", 0.9), schedule.at(19));
        assertEquals(pure("sketch"), schedule.at(20));
        assertEquals(mixed("sketch", "oil", 0.1), schedule.at(21));
    }

    @Test
    void weightsAreAboveNothingAndBelowAll() {
        VariantSchedule schedule = VariantSchedule.parse("base,sketch@1+9007199254740991");
        for (long index : new long[] {2, 3, 1L << 40, (1L << 53) - 1}) {
            double weight = schedule.at(index).blend().orElseThrow().weight();
            assertTrue(weight > 0 && weight < 1, index + " has weight " + weight);
        }
    }

    @Test
    void aMixtureIsInEveryFrame() {
        VariantSchedule schedule = VariantSchedule.parse("base~0.4~sketch");
        assertEquals(mixed("base", "sketch", 0.4), schedule.at(0));
        assertEquals(mixed("base", "sketch", 0.4), schedule.at(1L << 53));
        assertEquals(List.of("base", "sketch"), schedule.variants());
        assertEquals(schedule, VariantSchedule.parse("base~0.4~sketch"));
        assertNotEquals(schedule, VariantSchedule.parse("base"));
        assertNotEquals(schedule, VariantSchedule.parse("base~0.5~sketch"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../x | \"../x\" cannot name a variant",
                "base,dead@3 | \"dead@3\" cannot name a variant",
                "base,@3 | \"@3\" cannot name a variant",
                "base, | \"\" is no turn",
                "base,sketch | \"sketch\" is no turn",
                "base@3,sketch@5 | \"base@3\" cannot name a variant",
                "base,sketch@-3 | \"sketch@-3\" is no turn",
                "base,sketch@3+ | \"sketch@3+\" is no turn",
                "base,sketch@3+4+5 | \"sketch@3+4+5\" is no turn",
                "base,sketch@99999999999999999 | \"sketch@99999999999999999\" is no turn",
                "base,sketch@9999999999999999 | beyond frame 2^53",
                "base,sketch@0 | \"sketch@0\" begins at frame 0",
                "base,sketch@100+60,base@150 | \"base@150\" begins at frame 150, but the part before it is complete at 160",
                "base,sketch@100,oil@50 | \"oil@50\" begins at frame 50",
                "base,base@5 | \"base@5\" turns to what paints already",
                "base~0~sketch | \"base~0~sketch\" is no mixture",
                "base~1~sketch | is no mixture",
                "base~-0.5~sketch | is no mixture",
                "base~0.0~sketch | is no mixture",
                "base~0.5 | is no mixture",
                "base~0.5~ | cannot name a variant",
                "base~0.5~dead | cannot name a variant",
                "base~0.5~base | mixes a variant with itself",
                "base~0.5~sketch~0.5~oil | is no mixture",
                "base~0.5~sketch,oil@50 | is no mixture",
                "base,base~0.5~sketch@50 | is no mixture",
                "base~1e-1~sketch | is no mixture",
                "base~0.40~sketch | is no mixture",
                "base~.4~sketch | is no mixture",
                "base~NaN~sketch | is no mixture",
                "a,b@1,c@2,d@3,e@4,f@5,g@6,h@7,i@8 | names 9 variants",
            })
    void aBadPartIsNamed(String text, String sentence) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> VariantSchedule.parse(text));
        assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
    }

    @Test
    void aScheduleOfManyPartsIsRefused() {
        StringBuilder text = new StringBuilder("base");
        for (int i = 1; i <= 64; i++) {
            text.append(i % 2 == 0 ? ",base@" : ",sketch@").append(i);
        }
        assertThrows(IllegalArgumentException.class, () -> VariantSchedule.parse(text.toString()));
    }
}
