package org.styleinv.mesh.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The queries of {@code k8s/monitoring}, of panels and of rules, against pages that were really scraped. */
public final class Monitoring {
    /** Labels that Prometheus gives to what it scrapes by a PodMonitor of ours, and its own metric. */
    private static final Set<String> TARGET = Set.of("app", "pod", "namespace", "job", "instance", "container");

    private static final String UP = "up";
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)\\})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Map<String, Map<String, Set<String>>> metrics = new TreeMap<>(); // metric, label, values
    private final List<String> problems = new ArrayList<>();

    private Monitoring(List<String> pages) {
        pages.stream()
                .flatMap(String::lines)
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    Matcher sample = SAMPLE.matcher(line);
                    if (sample.matches()) {
                        Map<String, Set<String>> labels =
                                metrics.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
                        Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
                        while (label.find()) {
                            labels.computeIfAbsent(label.group(1), name -> new TreeSet<>())
                                    .add(label.group(2));
                        }
                    }
                });
    }

    /** Every panel's and rule's queries, by where they stand. */
    public static Map<String, String> queries(Path home) throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        for (ObjectNode manifest : Kustomization.render(home.resolve("k8s/monitoring"))) {
            for (JsonNode group : manifest.at("/spec/groups")) {
                for (JsonNode rule : group.path("rules")) {
                    queries.put(
                            rule.path("alert").asText() + rule.path("record").asText(),
                            rule.path("expr").asText());
                }
            }
            for (JsonNode board : manifest.path("data")) {
                JsonNode dashboard = new ObjectMapper().readTree(board.asText());
                for (JsonNode panel : dashboard.path("panels")) {
                    for (JsonNode target : panel.path("targets")) {
                        queries.put(
                                dashboard.path("title").asText() + ", "
                                        + panel.path("title").asText() + ", "
                                        + target.path("refId").asText(),
                                target.path("expr").asText());
                    }
                }
            }
        }
        return queries;
    }

    /**
     * What is wrong with queries; empty if nothing.
     *
     * @param pages as services and runs of training show them at {@code /q/metrics}
     */
    public static List<String> problems(Map<String, String> queries, List<String> pages) {
        Monitoring monitoring = new Monitoring(pages);
        queries.forEach((where, query) -> monitoring.check(queries.keySet(), where, query));
        return monitoring.problems;
    }

    private void check(Set<String> recorded, String where, String query) {
        PromQl parsed;
        try {
            parsed = PromQl.parse(query);
        } catch (IllegalArgumentException e) {
            problems.add(where + ": " + e.getMessage());
            return;
        }
        Set<String> known = new TreeSet<>(TARGET);
        for (PromQl.Selector selector : parsed.selectors()) {
            if (selector.metric().contains(":")) {
                expect(recorded.contains(selector.metric()), where, "nothing records " + selector.metric());
            } else if (!selector.metric().equals(UP)) {
                Map<String, Set<String>> labels = metrics.get(selector.metric());
                expect(labels != null, where, "no page has " + selector.metric());
                if (labels != null) {
                    known.addAll(labels.keySet());
                    selector.matchers()
                            .forEach((label, value) -> matcher(where, selector.metric(), labels, label, value));
                }
            }
        }
        for (String label : parsed.labels()) {
            expect(known.contains(label), where, "nothing that it asks for has the label " + label);
        }
    }

    private void matcher(String where, String metric, Map<String, Set<String>> labels, String label, String value) {
        if (TARGET.contains(label)) {
            return;
        }
        Set<String> values = labels.getOrDefault(label, Set.of());
        expect(!values.isEmpty(), where, metric + " has no label " + label);
        boolean exact = value.startsWith("=") && !value.startsWith("=~");
        expect(
                !exact || values.contains(value.substring(1)),
                where,
                metric + " has no " + label + value + ", but " + values);
    }

    private void expect(boolean good, String where, String what) {
        if (!good) {
            problems.add(where + ": " + what);
        }
    }
}
