package org.styleinv.mesh.k8s;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names in a query of Prometheus: each selector's metric with its matchers, the labels of {@code by} and {@code without}, the
 * functions. It reads tokens, not grammar: enough to tell a name that nothing has, a function that is none, and brackets
 * that do not close.
 */
final class PromQl {
    private static final Pattern TOKEN = Pattern.compile(
            "\"(?:[^\"\\\\]|\\\\.)*\"" // a value
                    + "|\\[[0-9]+(?:ms|s|m|h|d|w)\\]" // a range
                    + "|[a-zA-Z_:][a-zA-Z0-9_:]*" // a name
                    + "|[0-9]+(?:\\.[0-9]+)?(?:e[0-9]+)?" // a number
                    + "|=~|!~|!=|==|>=|<=|[-+*/%^<>=(){},]");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");
    private static final Set<String> GROUPING = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
    private static final Set<String> FUNCTIONS = Set.of(
            "sum", "min", "max", "avg", "count", "rate", "increase", "changes", "vector", "histogram_quantile", "topk");

    /** A metric and what its labels must be; {@code operator + value} for each label. */
    record Selector(String metric, Map<String, String> matchers) {}

    private final List<Selector> selectors = new ArrayList<>();
    private final Set<String> labels = new TreeSet<>();

    private PromQl() {}

    List<Selector> selectors() {
        return selectors;
    }

    /** Labels by which something is grouped. */
    Set<String> labels() {
        return labels;
    }

    /** @throws IllegalArgumentException in one sentence, if that is no query */
    static PromQl parse(String query) {
        List<String> tokens = tokens(query);
        balance(query, tokens);
        PromQl parsed = new PromQl();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (!token.matches("[a-zA-Z_:].*") || OPERATORS.contains(token)) {
                continue;
            }
            if (GROUPING.contains(token)) {
                demand(next.equals("("), query, token + " wants labels");
                for (i += 2; !tokens.get(i).equals(")"); i++) {
                    if (!tokens.get(i).equals(",")) {
                        parsed.labels.add(tokens.get(i));
                    }
                }
            } else if (next.equals("(") || GROUPING.contains(next)) {
                demand(FUNCTIONS.contains(token), query, "there is no function " + token);
            } else {
                i = parsed.selector(query, tokens, i);
            }
        }
        demand(!parsed.selectors.isEmpty(), query, "it asks for nothing");
        return parsed;
    }

    private int selector(String query, List<String> tokens, int at) {
        Map<String, String> matchers = new LinkedHashMap<>();
        int i = at + 1;
        if (i < tokens.size() && tokens.get(i).equals("{")) {
            for (i++; !tokens.get(i).equals("}"); i++) {
                if (!tokens.get(i).equals(",")) {
                    demand(Set.of("=", "!=", "=~", "!~").contains(tokens.get(i + 1)), query, "no matcher");
                    String value = tokens.get(i + 2);
                    matchers.put(tokens.get(i), tokens.get(i + 1) + value.substring(1, value.length() - 1));
                    i += 2;
                }
            }
            i++;
        }
        selectors.add(new Selector(tokens.get(at), matchers));
        return i - 1;
    }

    private static List<String> tokens(String query) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(query);
        int end = 0;
        while (matcher.find()) {
            demand(query.substring(end, matcher.start()).isBlank(), query, "it breaks off at " + end);
            tokens.add(matcher.group());
            end = matcher.end();
        }
        demand(query.substring(end).isBlank(), query, "it breaks off at " + end);
        return tokens;
    }

    private static void balance(String query, List<String> tokens) {
        Deque<String> open = new ArrayDeque<>();
        for (String token : tokens) {
            if (Set.of("(", "{").contains(token)) {
                open.push(token);
            } else if (Set.of(")", "}").contains(token)) {
                demand(!open.isEmpty() && open.pop().equals(token.equals(")") ? "(" : "{"), query, "brackets");
            }
        }
        demand(open.isEmpty(), query, "a bracket stays open");
    }

    private static void demand(boolean good, String query, String what) {
        if (!good) {
            throw new IllegalArgumentException(what + ": " + query);
        }
    }
}
