package org.styleinv.proto.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"a", "ä", "漢", "😀", "%", " ", "~", "\"", "\u0000", "\n", "\u202e", "\ud800", "\udfff\ud83d"})
    void whateverIsEchoedFitsAHeader(String echoed) {
        for (int times : new int[] {1, 300, 700, 2000, 8000, 100_000}) {
            String told = StatusText.of("variant \"" + echoed.repeat(times) + "\" cannot name a variant: use a-z");
            String wire = URLEncoder.encode(told, StandardCharsets.UTF_8);
            assertTrue(wire.length() <= 3 * StatusText.MOST, "even where more is encoded than gRPC does");
            assertTrue(told.getBytes(StandardCharsets.UTF_8).length <= StatusText.MOST);
            assertTrue(told.startsWith("variant \"") && told.endsWith("\" cannot name a variant: use a-z"), told);
            assertFalse(told.chars().anyMatch(Character::isISOControl), told);
            assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(told), "no half of a pair");
        }
    }

    @Test
    void aPlainSentenceIsItself() {
        String plain = "fps must be from 0.001 to 1000, or 0 for 30, got -1.0: größer";
        assertEquals(plain, StatusText.of(plain));
        assertEquals("", StatusText.of(""));
    }

    @Test
    void linesAndColoursOfATerminalAreWrittenOut() {
        assertEquals("a\\u000ab\\u001b[31m", StatusText.of("a\nb\u001b[31m"));
    }
}
