package org.styleinv.trainer.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines lie inside their plot, at marks that a person can read. */
class ChartTest {
    private static Chart chart(boolean tenfold, double[] x, double... y) {
        return new Chart("a.svg", "a", "index", tenfold, List.of(new Chart.Line("b", x, y)));
    }

    @Test
    void marksAreRoundAndWhereTheirValuesAre() {
        Chart chart = chart(false, new double[] {0, 40}, 0.013, 0.093);
        assertEquals(
                List.of("0.02", "0.04", "0.06", "0.08"),
                chart.beside().stream().map(Chart.Mark::label).toList());
        assertEquals(Chart.HEIGHT * (0.093 - 0.04) / 0.08, chart.beside().get(1).at(), 1e-6);
        assertEquals(Chart.WIDTH / 4.0, chart.below().get(1).at(), 1e-6);
        assertEquals("0.0,150.0 304.0,0.0", chart.drawn().get(0).line());
    }

    @Test
    void powersOfTenAreAsFarApartAsOneAnother() {
        Chart chart = chart(true, new double[] {1, 1_000, 1_000_000}, 1, 2, 3);
        List<Chart.Mark> below = chart.below();
        assertTrue(below.stream().map(Chart.Mark::label).toList().containsAll(List.of("1", "100", "10k", "1M")));
        assertEquals("0.0,150.0 152.0,75.0 304.0,0.0", chart.drawn().get(0).line());
    }

    @Test
    void whatIsNoNumberIsLeftOut() {
        Chart chart = chart(false, new double[] {0, 1, 2}, 1, Double.NaN, 3);
        assertEquals("0.0,150.0 304.0,0.0", chart.drawn().get(0).line());
        assertTrue(chart.says().contains("b goes from 1.000 to 3.000"), chart.says());
        assertTrue(chart(false, new double[] {0}, Double.NaN).says().contains("b has no values"));
        assertEquals(
                "", chart(false, new double[] {0}, Double.NaN).drawn().get(0).line());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -3, 1e-9, 1e9, -1e-4})
    void aFlatLineLiesInTheMiddle(double value) {
        Chart chart = chart(false, new double[] {5, 6}, value, value);
        assertEquals("0.0,75.0 304.0,75.0", chart.drawn().get(0).line());
        assertTrue(chart.beside().size() >= 2, chart.beside().toString());
    }

    @Test
    void aBandGoesThereAboveAndBackBelow() {
        double[] two = {1, 3};
        Chart chart = new Chart("a.svg", "a", "x", false, List.of(new Chart.Line("b", two, two, new double[] {1, 1})));
        assertEquals(
                "0.0,75.0 304.0,0.0 304.0,75.0 0.0,150.0", chart.drawn().get(0).band());
        double[] all = Arrays.stream(chart.drawn().get(0).line().split("[ ,]"))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertEquals(4, all.length);
    }
}
