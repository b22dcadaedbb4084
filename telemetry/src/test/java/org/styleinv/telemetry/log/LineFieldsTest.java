package org.styleinv.telemetry.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class LineFieldsTest {
    private static Map<String, String> fields(String format, Object... values) {
        return LineFields.fields(format, values);
    }

    @Test
    void pairsOfTheFormatAreFields() {
        assertEquals(
                Map.of("stream", "a", "index", "7", "cause", "the broker is away"),
                fields("frame not written stream=%s index=%d cause=\"%s\"", "a", 7, "the broker is away"));
    }

    @Test
    void aValueIsCountedWithAKeyOrWithout() {
        assertEquals(Map.of("id", "x"), fields("tried again in %d ms, 5%% later,%n id=%s", 250, "x"));
        assertEquals(Map.of("share", "0.25"), fields("%5.1f of share=%s", 1.0, 0.25));
    }

    @Test
    void whatIsPutInMakesNoField() {
        assertEquals(
                Map.of("cause", "no stream=%s \" trace=0 stream=forged"),
                fields("record refused cause=\"%s\"", "no stream=%s \" trace=0 stream=forged"));
    }

    @Test
    void aFormatWithTooFewValuesGivesWhatItHas() {
        assertEquals(Map.of("stream", "a"), fields("stream=%s index=%d", "a"));
    }

    @Test
    void aLineGoesThroughWithItsFields() {
        var line = new ExtLogRecord(
                Level.INFO, "stream ends stream=%s", ExtLogRecord.FormatStyle.PRINTF, LineFieldsTest.class.getName());
        line.setParameters(new Object[] {"a"});
        assertTrue(new LineFields().isLoggable(line));
        assertEquals(Map.of("stream", "a"), line.getMdcCopy());
        var plain = new ExtLogRecord(Level.INFO, "stream=%s", ExtLogRecord.FormatStyle.NO_FORMAT, "x");
        assertTrue(new LineFields().isLoggable(plain));
        assertEquals(Map.of(), plain.getMdcCopy());
    }

    /** Also where a library logs what it was sent, as Quarkus does the address of a request that failed. */
    @Test
    void whatIsPutInMakesNoLineAndSteersNoTerminal() {
        var line = new ExtLogRecord(
                Level.ERROR, "request to %s failed %,d times", ExtLogRecord.FormatStyle.PRINTF, "library");
        line.setParameters(new Object[] {"\u001b[31m\n14:00:00 INFO  all is well", 1000});
        assertTrue(new LineFields().isLoggable(line));
        assertEquals(
                "request to \\u001b[31m\\u000a14:00:00 INFO  all is well failed 1,000 times",
                String.format(java.util.Locale.ROOT, line.getMessage(), line.getParameters()));
        assertTrue(line.getFormattedMessage().startsWith("request to \\u001b[31m\\u000a14:00:00 INFO "));
        var slf4j = new ExtLogRecord(Level.WARN, "bad {0}", ExtLogRecord.FormatStyle.MESSAGE_FORMAT, "library");
        slf4j.setParameters(new Object[] {"a\rb"});
        assertTrue(new LineFields().isLoggable(slf4j));
        assertEquals("bad a\\u000db", slf4j.getFormattedMessage());
    }
}
