package org.styleinv.door;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class HealthCheckTest {
    private static final Health STUCK = Health.trouble("loop", "it has been at one turn for 9 s");
    private volatile Health health = Health.WELL;

    private final class Ready extends ReadyCheck {
        Ready() {
            super("motion", "styleinv.v1.Motion");
        }

        @Override
        public Health health() {
            return health;
        }

        @Override
        protected Map<String, Optional<String>> notes() {
            return Map.of("model-refused", Optional.of("it is damaged"), "model-loading", Optional.empty());
        }
    }

    private final class Alive extends AliveCheck {
        Alive(Duration patience) {
            super("motion-life", () -> health, patience);
        }
    }

    @Test
    void theFirstTroubleIsTold() {
        assertEquals(Health.WELL, Health.first(Health.WELL, Health.of("loop", Optional.empty())));
        assertEquals(STUCK, Health.first(Health.WELL, STUCK, Health.trouble("other", "too")));
        assertEquals(Optional.of("it has been at one turn for 9 s"), STUCK.because());
    }

    @Test
    void readinessSaysWhichPartAndWhyAndNotesTurnNothingRed() {
        HealthCheckResponse well = new Ready().call();
        assertEquals(Status.UP, well.getStatus());
        assertEquals(Map.of("model-refused", "it is damaged"), well.getData().orElseThrow());
        health = STUCK;
        HealthCheckResponse ill = new Ready().call();
        assertEquals(Status.DOWN, ill.getStatus());
        assertEquals("loop", ill.getData().orElseThrow().get("part"));
        assertEquals(
                "it has been at one turn for 9 s", ill.getData().orElseThrow().get("because"));
    }

    @Test
    void livenessBearsTroubleForAWhile() {
        var patient = new Alive(Duration.ofHours(1));
        var hasty = new Alive(Duration.ZERO);
        assertEquals(Status.UP, patient.call().getStatus());
        health = STUCK;
        assertEquals(Status.UP, patient.call().getStatus());
        assertTrue(patient.call().getData().orElseThrow().containsValue("it has been at one turn for 9 s"));
        hasty.call();
        while (hasty.call().getStatus() == Status.UP) {
            Thread.onSpinWait(); // until a nanosecond has passed
        }
        health = Health.WELL;
        assertEquals(Status.UP, hasty.call().getStatus());
        assertFalse(hasty.call().getData().isPresent());
    }
}
