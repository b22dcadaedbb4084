package org.styleinv.trainer.data.find;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The order of names in which numbers count as numbers, so that frame2 comes before frame10. It is the same on every machine: no
 * locale and no file system has a say. Capitals and composed letters make no difference unless all else is equal.
 *
 * <p>A number is a run of decimal digits of any script. One point between two runs makes a decimal fraction (t0.25 before
 * t0.5), more points make numbers of their own (1.2.10 after 1.2.9). A hyphen is a minus at the start of a name and behind
 * {@code _} or {@code =}; elsewhere it joins words.
 */
public final class NaturalOrder {
    private NaturalOrder() {}

    /**
     * A part of a name.
     *
     * @param text lower case; empty for a number
     * @param number empty for text
     */
    record Part(String text, Optional<BigDecimal> number) implements Comparable<Part> {
        @Override
        public int compareTo(Part other) {
            if (number.isPresent() && other.number.isPresent()) {
                return number.get().compareTo(other.number.get());
            }
            return number.isPresent() == other.number.isPresent()
                    ? text.compareTo(other.text)
                    : number.isPresent() ? -1 : 1;
        }
    }

    /** {@code things} by the paths that they have: by folder, then by name without its ending, then by all that is left. */
    public static <T> List<T> sorted(Collection<T> things, Function<T, Path> path) {
        return things.stream()
                .map(thing -> new Key<>(thing, path.apply(thing)))
                .sorted()
                .map(Key::thing)
                .toList();
    }

    /** A thing and its path, taken apart once. */
    private record Key<T>(T thing, Path path, List<List<Part>> folders, List<Part> stem, List<Part> name)
            implements Comparable<Key<T>> {
        Key(T thing, Path path) {
            this(thing, path, folders(path), parts(NaturalOrder.stem(fileName(path))), parts(fileName(path)));
        }

        private static List<List<Part>> folders(Path path) {
            List<List<Part>> folders = new ArrayList<>();
            for (int i = 0; i < path.getNameCount() - 1; i++) {
                folders.add(parts(path.getName(i).toString()));
            }
            return folders;
        }

        @Override
        public int compareTo(Key<T> other) {
            for (int i = 0; i < Math.min(folders.size(), other.folders.size()); i++) {
                int order = compare(folders.get(i), other.folders.get(i));
                order = order == 0 ? path.getName(i).compareTo(other.path.getName(i)) : order;
                if (order != 0) {
                    return order;
                }
            }
            int order = Integer.compare(folders.size(), other.folders.size());
            order = order == 0 ? compare(stem, other.stem) : order;
            order = order == 0 ? compare(name, other.name) : order;
            return order == 0 ? path.compareTo(other.path) : order; // bytes, where text cannot tell
        }
    }

    private static String fileName(Path path) {
        return path.getFileName() == null ? "" : path.getFileName().toString();
    }

    static int compare(List<Part> a, List<Part> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = a.get(i).compareTo(b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
    }

    /** {@code name} without its ending: up to five letters and digits behind the last point, a letter among them. */
    public static String stem(String name) {
        int point = name.lastIndexOf('.');
        String ending = name.substring(point + 1);
        boolean ends = point > 0
                && ending.length() <= 5
                && ending.chars().allMatch(c -> c < 128 && Character.isLetterOrDigit(c))
                && ending.chars().anyMatch(Character::isLetter);
        return ends ? name.substring(0, point) : name;
    }

    /** The words and numbers of {@code name}, in their order. */
    static List<Part> parts(String name) {
        int[] letters = Normalizer.normalize(name, Normalizer.Form.NFC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .toArray();
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < letters.length; ) {
            boolean minus = minus(letters, i);
            int end = digits(letters, minus ? i + 1 : i);
            if (end == (minus ? i + 1 : i)) {
                text.appendCodePoint(letters[i++]);
                continue;
            }
            if (fraction(letters, i, end)) {
                end = digits(letters, end + 1);
            }
            if (!text.isEmpty()) {
                parts.add(new Part(text.toString(), Optional.empty()));
                text.setLength(0);
            }
            parts.add(new Part("", Optional.of(number(letters, i, end))));
            i = end;
        }
        if (!text.isEmpty()) {
            parts.add(new Part(text.toString(), Optional.empty()));
        }
        return parts;
    }

    private static boolean minus(int[] letters, int at) {
        return (letters[at] == '-' || letters[at] == '\u2212')
                && (at == 0 || letters[at - 1] == '_' || letters[at - 1] == '=');
    }

    /** Where the digits from {@code at} on end. */
    private static int digits(int[] letters, int at) {
        int end = at;
        while (end < letters.length && Character.isDigit(letters[end])) {
            end++;
        }
        return end;
    }

    /** Whether the digits that end at {@code end} go on behind a point, and neither side has another point. */
    private static boolean fraction(int[] letters, int start, int end) {
        if (end >= letters.length || letters[end] != '.' || start > 0 && letters[start - 1] == '.') {
            return false;
        }
        int last = digits(letters, end + 1);
        return last > end + 1
                && !(last + 1 < letters.length && letters[last] == '.' && Character.isDigit(letters[last + 1]));
    }

    private static BigDecimal number(int[] letters, int start, int end) {
        StringBuilder plain = new StringBuilder();
        for (int i = start; i < end; i++) {
            boolean sign = letters[i] == '-' || letters[i] == '\u2212';
            plain.append(sign ? "-" : letters[i] == '.' ? "." : "" + Character.digit(letters[i], 10));
        }
        return new BigDecimal(plain.toString());
    }
}
