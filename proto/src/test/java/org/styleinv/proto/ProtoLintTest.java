package org.styleinv.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The protos pass {@code buf lint} by {@code buf.yaml}, where buf is installed. */
@Timeout(60)
class ProtoLintTest {
    @Test
    void bufHasNothingToSay() throws Exception {
        Process lint;
        try {
            lint = new ProcessBuilder("buf", "lint").redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "no buf on the PATH: " + e.getMessage());
            return;
        }
        String said = new String(lint.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, lint.waitFor(), said);
    }
}
