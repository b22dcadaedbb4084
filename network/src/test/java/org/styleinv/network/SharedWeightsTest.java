package org.styleinv.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

/** What several networks have in common is there once. */
class SharedWeightsTest {
    @Test
    void onlyEqualValuesAreShared() {
        try (NDManager manager = ComputeDevice.manager();
                Weights base = new Weights(manager)) {
            base.put("mapping", new float[] {1, 2, 3}, 3);
            base.put("zero", new float[] {0}, 1);
            base.put("shape", new float[] {1, 2}, 2);
            base.put("painting", new float[] {1, 2}, 2);
            try (Weights variant = new Weights(manager)) {
                variant.put("mapping", new float[] {1, 2, 3}, 3);
                variant.put("zero", new float[] {-0f}, 1); // another number, to the bit
                variant.put("shape", new float[] {1, 2}, 1, 2);
                variant.put("painting", new float[] {1, 3}, 2);
                variant.put("own", new float[] {4}, 1);
                variant.share(base);
                assertSame(base.get("mapping"), variant.get("mapping"));
                for (String name : new String[] {"zero", "shape", "painting"}) {
                    assertNotSame(base.get(name), variant.get(name), name);
                }
                assertArrayEquals(new float[] {1, 3}, variant.get("painting").toFloatArray());
                assertArrayEquals(new float[] {4}, variant.get("own").toFloatArray());
            }
            assertArrayEquals(
                    new float[] {1, 2, 3}, base.get("mapping").toFloatArray(), "closing a variant leaves the base");
        }
    }
}
