package org.styleinv.trainer.data.file;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** What is said of a file: why it is no good, or what looks wrong with it. */
public record Problem(Path file, String reason) {
    /** On one line, whatever stands in the name: it may be anybody's. */
    @Override
    public String toString() {
        return printable(file + ": " + reason);
    }

    /** The first few of {@code problems} in one sentence. */
    public static String some(List<Problem> problems) {
        return problems.stream().limit(5).map(Problem::toString).collect(Collectors.joining("; "))
                + (problems.size() > 5 ? "; and " + (problems.size() - 5) + " more" : "");
    }

    /** {@code text} with what would steer a terminal or turn the line around written as {@code \\uXXXX}. */
    public static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(c -> {
            int type = Character.getType(c);
            boolean steers = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            if (c == '\n') {
                shown.append("\\n");
            } else if (steers && c <= 0xFFFF) {
                shown.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
            } else {
                shown.appendCodePoint(steers ? 0xFFFD : c);
            }
        });
        return shown.toString();
    }
}
