package org.styleinv.studio.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A face as text, and back. */
class FaceIdTest {
    @Test
    void everyFloatOf16BitsIsItself() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float value = FaceId.single((short) bits);
            if (Float.isFinite(value)) {
                assertEquals((short) bits, FaceId.half(value), "bits " + bits);
            }
        }
    }

    @Test
    void roundsToTheNearestAndTiesToEven() {
        assertEquals(0x3c00, FaceId.half(1 + 0x1p-11f)); // half-way between 1 and the next
        assertEquals(0x3c02, FaceId.half(1 + 3 * 0x1p-11f));
        assertEquals(0x3c01, FaceId.half(1 + 0x1.01p-11f));
        assertEquals(0x0400, FaceId.half(0x1p-14f - 0x1p-26f)); // up, into the normal ones
        assertEquals(0x7bff, FaceId.half(65519));
        assertThrows(IllegalArgumentException.class, () -> FaceId.half(65520));
        assertThrows(IllegalArgumentException.class, () -> FaceId.half(Float.NaN));
    }

    @Test
    void anIdIsItsFace() {
        List<Float> w0 = List.of(0.5f, -1.25f, 3f);
        assertEquals(w0, FaceId.parse(FaceId.of(w0)).getValuesList());
    }

    @Test
    void aFaceOf512ValuesFitsAnAddress() {
        String id = FaceId.of(Collections.nCopies(512, -0.3f));
        assertEquals(1367, id.length());
        assertTrue(id.matches("[A-Za-z0-9_-]+"));
    }
}
