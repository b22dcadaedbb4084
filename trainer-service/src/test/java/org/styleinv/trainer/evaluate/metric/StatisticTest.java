package org.styleinv.trainer.evaluate.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatisticTest {
    @Test
    void aRatioHasTheErrorOfBothSides() {
        Statistic ratio = Statistic.ratio("m", "p", List.of(2.0, 4.0, 3.0), List.of(1.0, 2.0, 1.5), 1);
        assertEquals(2, ratio.value(), 1e-12);
        assertTrue(ratio.error() > 0.1 && ratio.error() < 1, ratio.toString());
        assertTrue(ratio.text().startsWith("   2.0000 ± 0."), ratio.text());
    }

    @Test
    void aRatioToNothingIsNoNumberAndSaysWhy() {
        for (List<Double> made : List.of(List.of(0.0, 0.0), List.of(0.5, 0.25))) {
            Statistic ratio = Statistic.ratio("m", "p", made, List.of(0.0, 0.0, 0.0), 1);
            assertTrue(Double.isNaN(ratio.value()) && Double.isNaN(ratio.error()), ratio.toString());
            assertEquals("        - (error none: what it is held against is 0; n 2)", ratio.text());
            assertTrue(ratio.json().get("value").isNull()
                    && ratio.json().get("error").isNull());
        }
    }

    /** One clip of six has some of it: every third resample has none. */
    @Test
    void aRatioToNextToNothingHasAValueAndNoError() {
        List<Double> real = new ArrayList<>(Collections.nCopies(5, 0.0));
        real.add(0.6);
        Statistic ratio = Statistic.ratio("m", "p", List.of(0.2, 0.3), real, 1);
        assertEquals(2.5, ratio.value(), 1e-12);
        assertTrue(Double.isNaN(ratio.error()), ratio.toString());
        assertFalse(ratio.text().contains("NaN") || ratio.text().contains("Infinity"), ratio.text());
        assertTrue(ratio.errorOf().startsWith("none: in some resamples"), ratio.errorOf());
    }
}
