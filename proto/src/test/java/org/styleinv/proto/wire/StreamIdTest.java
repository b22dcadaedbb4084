package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamIdTest {
    @Test
    void carriesItsReplyPartition() {
        StreamId id = StreamId.on(17);
        assertEquals(id, StreamId.parse(id.toString()));
        assertEquals(17, StreamId.parse(id.toString()).partition());
        assertNotEquals(id, StreamId.on(17));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "p",
                "p1",
                "q1-0123456789abcdef",
                "p-1-0123456789abcdef",
                "p1-0123456789ABCDEF",
                "p12345678-0123456789abcdef"
            })
    void refusesOtherForms(String text) {
        assertThrows(IllegalArgumentException.class, () -> StreamId.parse(text));
    }

    @Test
    void aVariantNamesATopic() {
        assertEquals("styleinv.frames.base", Topics.frames(Topics.BASE));
        assertTrue(Topics.isVariant("pixel-art-2"));
        for (String bad : new String[] {"", "dead", "Base", "a.b", "../x", "-a", "a".repeat(64)}) {
            assertFalse(Topics.isVariant(bad), bad);
        }
    }

    @Test
    void limitsHoldARawFrameOf1024() {
        int frame = 3 * 1024 * 1024 + 1024;
        assertTrue(Topics.Settings.DEFAULTS.maxRecordBytes() > frame);
        assertEquals(
                (8 << 20) + DeadLetter.ROOM, // what is refused is as large as any, and says why
                Topics.Settings.DEFAULTS.producerLimits().get("max.request.size"));
    }
}
