package org.styleinv.trainer.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.styleinv.network.file.FileRefused;

/** What a run is made of stays what it was. */
class RunRecordTest {
    @TempDir
    Path run;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1] | holds no JSON object",
                "7 | holds no JSON object",
                "{ | is not JSON",
                "'' | holds no JSON object"
            })
    void aRecordThatIsNoneIsNamedAndLeftAlone(String text, String sentence) throws IOException {
        Path file = Files.writeString(run.resolve("config.json"), text);
        FileRefused refused =
                assertThrows(FileRefused.class, () -> RunRecord.start(run, "motion", 0, Map.of("kimg", 1)));
        assertTrue(refused.getMessage().startsWith(file + " " + sentence), refused.getMessage());
        assertEquals(text, Files.readString(file));
    }

    @Test
    void networksThatAreNullAreNone() throws IOException {
        Files.writeString(run.resolve("config.json"), "{\"networks\": null}");
        assertEquals(Optional.empty(), RunRecord.networks(run, String.class));
    }
}
