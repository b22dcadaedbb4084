package org.styleinv.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.trainer.state.Phase;

class TickTest {
    private static Tick tick(double value, double eta) {
        return new Tick("generator", 1, 2, Map.of("loss", value), Map.of(), 100, eta);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, -0.0, 0, -40, -1e300, Double.NEGATIVE_INFINITY})
    void nothingIsLeftBeyondTheEnd(double eta) {
        Tick tick = tick(1, eta);
        assertTrue(tick.text().endsWith("  0 min left"), tick.text());
        assertEquals("0.0", String.valueOf(tick.json().get("eta_s")));
        assertEquals("0.0", String.valueOf(Tick.of(tick.progress(1, "run")).etaS()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void whatNobodyKnowsIsNotSaid(double eta) {
        assertFalse(tick(1, eta).text().contains("left"));
        assertNull(tick(1, eta).json().get("eta_s"));
        assertTrue(tick(1, eta).json().containsKey("eta_s"));
    }

    @Test
    void aPaceThatNobodyKnowsIsNotSaid() {
        Tick cold = new Tick(
                "generator", 1, Double.NaN, Map.of("loss", 3.0), Map.of(Phase.R1, Double.NaN), 100, Double.NaN);
        assertEquals("generator 1.0 kimg  loss 3.000  100 MB", cold.text());
        assertEquals(Set.of("loss/loss", "memory/rss_mb"), cold.scalars().keySet());
        assertTrue(cold.json().containsKey("sec_per_kimg"));
        assertNull(cold.json().get("sec_per_kimg"));
        assertNull(cold.json().get("sec_r1"));
    }

    /** Readers of old runs, and of the wire, know the phases by these keys. */
    @Test
    void secondsOfPhasesKeepTheirKeysInTheFileAndOnTheWire() {
        Map<Phase, Double> phases = new EnumMap<>(Map.of(Phase.R1, 4.0, Phase.GENERATOR, 1.0, Phase.PATH_LENGTH, 2.0));
        Tick tick = new Tick("generator", 1, 2, Map.of(), phases, 100, 0);
        assertEquals(
                List.of("stage", "kimg", "sec_per_kimg", "sec_g", "sec_pl", "sec_r1", "rss_mb", "eta_s"),
                List.copyOf(tick.json().keySet()));
        assertEquals(2.0, tick.scalars().get("sec_per_kimg/pl"));
        assertEquals(
                Set.of("sec_g", "sec_pl", "sec_r1"),
                tick.progress(1, "run").getPhasesMap().keySet());
        assertEquals(phases, Tick.of(tick.progress(1, "run")).phases());
    }

    @Test
    void aLossThatIsNoNumberIsNoZero() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            assertNull(new HashMap<>(tick(value, 1).json()).get("loss"));
        }
        assertEquals(0.5, tick(0.5, 1).json().get("loss"));
    }
}
