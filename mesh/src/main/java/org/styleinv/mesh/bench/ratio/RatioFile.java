package org.styleinv.mesh.bench.ratio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.network.file.WholeFile;

/** Ratios as they were, by processor: {@code docs/ratios.json}. */
public final class RatioFile {
    /** Measures anew. */
    public static final String COMMAND = "./styleinv bench ratios --write";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Entry> entries;

    private RatioFile(List<Entry> entries) {
        this.entries = entries;
    }

    /**
     * One processor's.
     *
     * @param measured the day, as {@code 2026-11-30}
     * @param ratios   by name, in the order of the file
     */
    public record Entry(Processor processor, String measured, Map<String, Ratio> ratios) {}

    /** A file that is not there is one without entries. */
    public static RatioFile read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (Files.exists(file)) {
            for (JsonNode one : JSON.readTree(file.toFile()).path("processors")) {
                Map<String, Ratio> ratios = new LinkedHashMap<>();
                for (Map.Entry<String, JsonNode> ratio : one.path("ratios").properties()) {
                    JsonNode values = ratio.getValue();
                    ratios.put(
                            ratio.getKey(),
                            new Ratio(
                                    values.path("median").asDouble(),
                                    values.path("low").asDouble(),
                                    values.path("high").asDouble()));
                }
                entries.add(new Entry(
                        new Processor(
                                one.path("instructions").asText(),
                                one.path("name").asText()),
                        one.path("measured").asText(),
                        ratios));
            }
        }
        return new RatioFile(entries);
    }

    /** What was measured on such a processor. */
    public Optional<Entry> of(Processor processor) {
        return entries.stream()
                .filter(entry -> entry.processor().equals(processor))
                .findFirst();
    }

    /** On which there are ratios. */
    public List<Processor> processors() {
        return entries.stream().map(Entry::processor).toList();
    }

    /** Writes {@code file} with {@code entry} in the place of what was there for its processor. */
    public static void put(Path file, Entry entry) throws IOException {
        List<Entry> entries = new ArrayList<>(read(file).entries);
        entries.removeIf(other -> other.processor().equals(entry.processor()));
        entries.add(entry);
        WholeFile.write(file, text(entries).getBytes(StandardCharsets.UTF_8));
    }

    /** A ratio a line, so that a difference shows which moved. */
    private static String text(List<Entry> entries) {
        List<String> blocks = new ArrayList<>();
        for (Entry entry : entries) {
            List<String> lines = new ArrayList<>();
            entry.ratios()
                    .forEach((name, ratio) -> lines.add("        " + quoted(name) + ": {\"median\": " + ratio.median()
                            + ", \"low\": " + ratio.low() + ", \"high\": " + ratio.high() + "}"));
            blocks.add(
                    "    {\n      \"instructions\": " + quoted(entry.processor().instructions())
                            + ",\n      \"name\": " + quoted(entry.processor().name())
                            + ",\n      \"measured\": " + quoted(entry.measured())
                            + ",\n      \"ratios\": {\n" + String.join(",\n", lines) + "\n      }\n    }");
        }
        return "{\n  \"about\": "
                + quoted("Our time over the baseline's; written by " + COMMAND + ", see performance.md")
                + ",\n  \"processors\": [\n" + String.join(",\n", blocks) + "\n  ]\n}\n";
    }

    private static String quoted(String text) {
        return JsonNodeFactory.instance.textNode(text).toString();
    }
}
