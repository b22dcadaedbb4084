package org.styleinv.mesh.command.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.tools.Logger;
import org.junit.jupiter.api.Test;

/** What native libraries say. */
class LoggingTest {
    private final List<String> told = new ArrayList<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord line) {
            told.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @Test
    void aVersionThatWasChosenIsNoNewsAndNothingGoesPastTheLog() {
        Logging.nativeLibraries();
        java.util.logging.Logger log = java.util.logging.Logger.getLogger(Loader.class.getName());
        var terminal = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(terminal, true, StandardCharsets.UTF_8));
        log.addHandler(listener);
        log.setUseParentHandlers(false);
        try {
            Logger loader = Logger.create(Loader.class); // as JavaCPP's own, which another test may have made before
            loader.warn(
                    "Versions of org.bytedeco:javacpp:1.5.14 and org.bytedeco:openblas:0.3.31-1.5.13 do not match.");
            loader.warn("Versions of org.bytedeco:javacpp:1.5.14 and org.bytedeco:ffmpeg:8.0-1.5.13 do not match.");
            loader.warn("Could not load libfoo");
        } finally {
            log.setUseParentHandlers(true);
            log.removeHandler(listener);
            System.setErr(before);
        }
        assertEquals(
                List.of(
                        "Versions of org.bytedeco:javacpp:1.5.14 and org.bytedeco:ffmpeg:8.0-1.5.13 do not match.",
                        "Could not load libfoo"),
                told);
        assertEquals("", terminal.toString(StandardCharsets.UTF_8));
    }
}
