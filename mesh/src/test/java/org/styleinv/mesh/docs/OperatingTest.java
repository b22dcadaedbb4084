package org.styleinv.mesh.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/operating.md} says of every alert what it means and what to do, and each alert leads there. */
class OperatingTest {
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    @Test
    void everyAlertHasItsSectionAndEverySectionItsAlert() throws IOException {
        JsonNode rules = new ObjectMapper(new YAMLFactory())
                .readTree(HOME.resolve("k8s/monitoring/alerts.yaml").toFile());
        Set<String> alerts = new TreeSet<>();
        for (JsonNode group : rules.at("/spec/groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (rule.has("alert")) {
                    String name = rule.path("alert").asText();
                    alerts.add(name);
                    assertEquals(
                            "docs/operating.md#" + name.toLowerCase(Locale.ROOT),
                            rule.at("/annotations/runbook_url").asText());
                }
            }
        }
        String text = Files.readString(HOME.resolve("docs/operating.md"));
        Set<String> sections = new TreeSet<>();
        Matcher section = Pattern.compile("(?m)^### (Styleinv\\w+)\n\n(.+)$").matcher(text);
        while (section.find()) {
            assertTrue(section.group(2).length() > 80, section.group(1) + " says too little");
            sections.add(section.group(1));
        }
        assertTrue(alerts.size() > 10);
        assertEquals(alerts, sections);
    }
}
