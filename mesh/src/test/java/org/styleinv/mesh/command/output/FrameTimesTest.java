package org.styleinv.mesh.command.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FrameTimesTest {
    @Test
    void whatIsSaidIsANumberWhateverCame() {
        FrameTimes times = new FrameTimes();
        assertEquals("0 frames", times.sentence());
        times.arrived();
        assertTrue(times.sentence().matches("1 frame, first after [0-9]+ ms"), times.sentence());
        times.arrived();
        assertTrue(
                times.sentence()
                        .matches(
                                "2 frames, first after [0-9]+ ms, [0-9]+\\.[0-9] frames/s, inter-frame p99 [0-9.]+ ms"),
                times.sentence());
    }
}
