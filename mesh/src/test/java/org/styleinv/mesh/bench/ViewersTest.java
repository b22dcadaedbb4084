package org.styleinv.mesh.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ViewersTest {
    private static final List<String> THREE = List.of("a:1", "b:1", "c:1");

    /** A client asks the first of its addresses that answers. */
    @Test
    void viewersBeginWithEachReplicaInTurnAndKnowAll() {
        assertEquals(THREE, Viewers.from(THREE, 0));
        assertEquals(List.of("b:1", "c:1", "a:1"), Viewers.from(THREE, 1));
        assertEquals(List.of("c:1", "a:1", "b:1"), Viewers.from(THREE, 2));
        assertEquals(THREE, Viewers.from(THREE, 3));
        assertEquals(List.of("a:1"), Viewers.from(List.of("a:1"), 5));
    }
}
