package org.styleinv.mesh.bench.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.styleinv.mesh.bench.fleet.Replicas.Turn;

/** The arithmetic of {@code bench replicas}. */
class ReplicasTest {
    private static final List<Turn> ONE = List.of(
            new Turn(2, 10, 100, List.of(80.0), 10, 0.1),
            new Turn(4, 20, 50, List.of(80.0), 5, 0.1),
            new Turn(5, 10, 100, List.of(80.0), 10, 0.1));

    @Test
    void framesASecondOfACoreAreComparedRoundByRound() {
        List<Turn> two = List.of(
                new Turn(2.5, 10, 150, List.of(20.0, 60.0), 20, 0.3),
                new Turn(4, 30, 100, List.of(80.0, 0.0), 10, 0.2),
                new Turn(4, 5, 100, List.of(40.0, 40.0), 10, 0.1));
        Map<String, Object> figures = Replicas.figures(two, ONE);
        assertEquals(250.0, figures.get("fps_per_core"), "the median of 400, 250 and 250 a second");
        assertEquals(1.0, figures.get("ratio"), "of 0.8, 1 and 1.25, though the medians of both sides are 250 and 250");
        assertEquals(0.8, figures.get("ratio_p25"));
        assertEquals(1.25, figures.get("ratio_p75"));
        assertEquals(4.0, figures.get("cpu_ms_per_frame"));
        assertEquals(10.0, figures.get("mesh_cpu_ms_per_frame"));
        assertEquals(1.0, figures.get("mesh_cpu_ratio"), "of 1, 1.5 and 0.5");
        assertEquals(1.5, figures.get("fps_ratio"), "of 1.5, 2 and 1");
        assertEquals(8.0, figures.get("batch"), "of 4, 8 and 8");
        assertEquals(0.2, figures.get("mesh_idle_cores"));
    }

    @Test
    void whoHadNothingToDoIsSeen() {
        List<Turn> three = List.of(
                new Turn(2, 10, 100, List.of(60.0, 20.0, 0.0), 8, 0),
                new Turn(2, 10, 100, List.of(30.0, 50.0, 0.0), 8, 0),
                new Turn(2, 10, 100, List.of(70.0, 0.0, 10.0), 8, 0));
        Map<String, Object> figures = Replicas.figures(three, ONE);
        assertEquals(List.of(160L, 70L, 10L), figures.get("made_by_replica"));
        assertEquals(3L, figures.get("rounds_with_an_idle_replica"));
        assertEquals(0L, figures.get("idle_replicas"));
        assertEquals(0.0, figures.get("least_share"));
        List<Turn> even = List.of(new Turn(2, 10, 100, List.of(30.0, 10.0), 8, 0));
        assertEquals(0.5, Replicas.figures(even, ONE.subList(0, 1)).get("least_share"), "10 of an even 20");
        List<Turn> never = List.of(new Turn(2, 10, 100, List.of(40.0, 0.0), 8, 0));
        assertEquals(1L, Replicas.figures(never, ONE.subList(0, 1)).get("idle_replicas"));
    }

    @Test
    void aServiceThatMadeNothingHasNoFigureInsteadOfAWrongOne() {
        List<Turn> nothing = List.of(new Turn(2, 10, 100, List.of(0.0, 0.0), 0, Double.NaN));
        Map<String, Object> figures = Replicas.figures(nothing, ONE.subList(0, 1));
        assertNull(figures.get("batch"));
        assertNull(figures.get("least_share"));
        assertNull(figures.get("mesh_idle_cores"));
        assertEquals(2L, figures.get("idle_replicas"));
        assertEquals(1L, figures.get("rounds_with_an_idle_replica"));
    }

    @Test
    void eachReplicaIsWarmBeforeARoundCounts() {
        var together = new ReplicaBench.Load(8, false, 100, 4000, 4);
        assertEquals(5, together.turnsBefore(1));
        assertEquals(20, together.turnsBefore(4), "each of four makes a quarter of 800 frames in a turn");
        var each = new ReplicaBench.Load(8, true, 100, 4000, 4);
        assertEquals(32, each.streamsOf(4));
        assertEquals(5, each.turnsBefore(4));
        assertEquals(1, new ReplicaBench.Load(3, false, 7, 20, 4).turnsBefore(1), "21 frames are enough for 20");
        assertEquals(0, new ReplicaBench.Load(8, false, 100, 0, 4).turnsBefore(4));
    }
}
