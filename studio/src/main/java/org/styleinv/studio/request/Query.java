package org.styleinv.studio.request;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.studio.problem.Problem;

/** The parameters of an address. Each is taken at most once, by name; what nobody asked for is refused at the end. */
public final class Query {
    private final Map<String, List<String>> given;
    private final Set<String> known = new HashSet<>();

    public Query(Map<String, List<String>> given) {
        this.given = given;
    }

    /** The text of a parameter. */
    public Optional<String> text(String name) {
        known.add(name);
        List<String> values = given.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw Problem.bad(name + " is given " + values.size() + " times, once is enough");
        }
        return values.stream().findFirst();
    }

    public Optional<Long> integer(String name) {
        return number(name, "an integer of 64 bits", Long::valueOf);
    }

    public Optional<Double> decimal(String name) {
        return number(name, "a number", Double::valueOf);
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String name) {
        String text = text(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            throw wrong(name, "true or false", text);
        }
        return text.equals("true");
    }

    /** One of some words; the first where nothing is said. */
    public String oneOf(String name, List<String> words) {
        String text = text(name).orElse(words.get(0));
        if (!words.contains(text)) {
            throw wrong(name, String.join(" or ", words), text);
        }
        return text;
    }

    /** A constant of an enum by its name in lower case. */
    public <E extends Enum<E>> E choice(String name, E otherwise, List<E> choices) {
        return text(name)
                .map(text -> choices.stream()
                        .filter(one -> lower(one).equals(text))
                        .findFirst()
                        .orElseThrow(() -> wrong(
                                name, choices.stream().map(Query::lower).collect(Collectors.joining(" or ")), text)))
                .orElse(otherwise);
    }

    private <T> Optional<T> number(String name, String wanted, Function<String, T> parser) {
        return text(name).map(text -> {
            try {
                if (text.length() > 32) {
                    throw new NumberFormatException();
                }
                return parser.apply(text);
            } catch (NumberFormatException e) {
                throw wrong(name, wanted, text);
            }
        });
    }

    /** Refuses parameters that no one took: a mistyped one would otherwise be an address of another frame. */
    public void end() {
        Set<String> left = new TreeSet<>(given.keySet());
        left.removeAll(known);
        if (!left.isEmpty()) {
            throw Problem.bad("parameter \"" + left.iterator().next() + "\" is unknown here, there are: "
                    + String.join(", ", new TreeSet<>(known)));
        }
    }

    static String lower(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }

    private static Problem wrong(String name, String wanted, String got) {
        return Problem.bad(name + " wants " + wanted + ", got \"" + StatusText.of(got) + "\"");
    }
}
