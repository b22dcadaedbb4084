package org.styleinv.mesh.bench.ratio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.mesh.bench.ratio.RatioFile.Entry;

/** What is written is read, and a processor has one entry. */
class RatioFileTest {
    private static final Processor HERE = new Processor("avx2", "A \"processor\", family 1, model 2");
    private static final Processor OTHER = new Processor("avx512", "Another");

    @TempDir
    private Path folder;

    private static Entry entry(Processor processor, double ratio) {
        Map<String, Ratio> ratios = new LinkedHashMap<>();
        ratios.put("motion-1", new Ratio(ratio, ratio / 2, 2 * ratio));
        ratios.put("decoder-1", Ratio.of(4, 1, 2, 3));
        return new Entry(processor, "2026-11-30", ratios);
    }

    @Test
    void whatIsWrittenIsReadAndReplacesWhatWasThere() throws IOException {
        Path file = folder.resolve("ratios.json");
        assertEquals(Optional.empty(), RatioFile.read(file).of(HERE));
        RatioFile.put(file, entry(HERE, 0.5));
        RatioFile.put(file, entry(OTHER, 0.6));
        RatioFile.put(file, entry(HERE, 0.7));
        RatioFile read = RatioFile.read(file);
        assertEquals(List.of(OTHER, HERE), read.processors());
        assertEquals(Optional.of(entry(HERE, 0.7)), read.of(HERE));
        assertEquals(Optional.of(entry(OTHER, 0.6)), read.of(OTHER));
        assertEquals(new Ratio(2.5, 1, 3), read.of(HERE).orElseThrow().ratios().get("decoder-1"));
        assertEquals(
                4,
                Files.readAllLines(file).stream()
                        .filter(line -> line.contains("median"))
                        .count());
    }

    @Test
    void whatIsNoRatioIsRefused() throws IOException {
        Path file = folder.resolve("ratios.json");
        Files.writeString(
                file,
                "{\"processors\": [{\"instructions\": \"avx2\", \"ratios\": {\"decoder-1\": {\"median\": 0.5}}}]}");
        String sentence = assertThrows(IllegalArgumentException.class, () -> RatioFile.read(file))
                .getMessage();
        assertTrue(sentence.contains(RatioFile.COMMAND), sentence);
    }
}
