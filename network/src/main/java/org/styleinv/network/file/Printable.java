package org.styleinv.network.file;

import java.util.Locale;

/** Text from a file, a name or a message from outside, made fit for a terminal and a log. */
public final class Printable {
    private static final int LONGEST = 1000;
    private static final int TAIL = 300;
    private static final String CUT = " ... ";

    private Printable() {}

    /**
     * {@code text} with what steers a terminal, breaks a line or turns the direction of reading written as an escape,
     * {@code \n} or {@code \u001b}.
     */
    public static String text(String text) {
        if (text.codePoints().allMatch(Printable::isPlain)) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (isPlain(point)) {
                plain.appendCodePoint(point);
            } else {
                plain.append(
                        switch (point) {
                            case '\n' -> "\\n";
                            case '\r' -> "\\r";
                            case '\t' -> "\\t";
                            default -> String.format(Locale.ROOT, "\\u%04x", point);
                        });
            }
        });
        return plain.toString();
    }

    /** As {@link #text}, and no longer than a person reads: cut in its middle, for it ends with what to do. */
    public static String sentence(String text) {
        String plain = text(text);
        return plain.length() <= LONGEST
                ? plain
                : plain.substring(0, LONGEST - TAIL - CUT.length()) + CUT + plain.substring(plain.length() - TAIL);
    }

    private static boolean isPlain(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            default ->
                switch (Character.getDirectionality(
                        point)) { // a name that is shown from right to left hides its ending
                    case Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING,
                            Character.DIRECTIONALITY_LEFT_TO_RIGHT_OVERRIDE,
                            Character.DIRECTIONALITY_RIGHT_TO_LEFT_EMBEDDING,
                            Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE,
                            Character.DIRECTIONALITY_POP_DIRECTIONAL_FORMAT,
                            Character.DIRECTIONALITY_LEFT_TO_RIGHT_ISOLATE,
                            Character.DIRECTIONALITY_RIGHT_TO_LEFT_ISOLATE,
                            Character.DIRECTIONALITY_FIRST_STRONG_ISOLATE,
                            Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE -> false;
                    default -> true;
                };
        };
    }
}
