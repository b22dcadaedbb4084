package org.styleinv.trainer.watch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;

/** A run's newest line of figures, as Prometheus scrapes it: how far it is, how fast, its memory, and every other figure by its name. */
final class RunMetrics {
    private static final String PREFIX = "styleinv_training_";

    private RunMetrics() {}

    private record Known(String name, String help, double factor) {}

    private static final Map<String, Known> KNOWN = Map.of(
            "kimg", new Known("kimg", "thousands of pictures that the stage has seen", 1),
            "sec_per_kimg", new Known("seconds_per_kimg", "time for a thousand pictures, of late", 1),
            "eta_s", new Known("left_seconds", "time that the stage has left, at that pace", 1),
            "rss_mb", new Known("resident_bytes", "memory of the process", 1024 * 1024));

    /**
     * The page.
     *
     * @param line newest line of {@code stats.jsonl} that has figures; empty where there is none yet
     */
    static String page(JsonNode line) {
        StringBuilder page = new StringBuilder();
        String stage = line.path("stage").asText("none");
        for (Map.Entry<String, Known> one : KNOWN.entrySet()) {
            if (line.path(one.getKey()).isNumber()) {
                Known known = one.getValue();
                head(page, known.name(), known.help());
                row(
                        page,
                        known.name() + "{stage=\"" + stage + "\"}",
                        line.path(one.getKey()).asDouble() * known.factor());
            }
        }
        head(page, "figure", "a loss or another figure of the stage, by its name in stats.jsonl");
        line.fields().forEachRemaining(field -> {
            if (field.getValue().isNumber() && !KNOWN.containsKey(field.getKey())) {
                row(
                        page,
                        "figure{stage=\"" + stage + "\",name=\"" + field.getKey() + "\"}",
                        field.getValue().asDouble());
            }
        });
        return page.toString();
    }

    private static void head(StringBuilder page, String name, String help) {
        page.append("# HELP ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        page.append("# TYPE ").append(PREFIX).append(name).append(" gauge\n");
    }

    private static void row(StringBuilder page, String name, double value) {
        page.append(String.format(Locale.ROOT, "%s%s %s\n", PREFIX, name, value));
    }
}
