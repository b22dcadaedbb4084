package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.styleinv.proto.Blend;
import org.styleinv.proto.Frame;

/** Who made a frame. */
class MakersTest {
    private static Frame.Builder frame(String motion, String variant, String model) {
        return Frame.newBuilder().setMotion(motion).setVariant(variant).setModel(model);
    }

    @Test
    void theBaseIsTheModelItself() {
        assertEquals("a1", Makers.of(frame("a1", "base", "a1").build()));
        assertEquals("a1", Makers.of(frame("", "base", "a1").build()));
    }

    @Test
    void whoeverElsePaintedIsNamed() {
        Blend blend = Blend.newBuilder().setVariant("sketch").setModel("5c").build();
        assertEquals("a1 sketch=5c", Makers.of(frame("a1", "sketch", "5c").build()));
        assertEquals(
                "a1 sketch=5c",
                Makers.of(frame("a1", "base", "a1").setBlend(blend).build()));
        assertEquals(
                "a1 base=b2 sketch=5c",
                Makers.of(frame("a1", "base", "b2").setBlend(blend).build()));
    }
}
