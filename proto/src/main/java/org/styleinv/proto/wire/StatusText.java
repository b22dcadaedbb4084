package org.styleinv.proto.wire;

import java.nio.charset.StandardCharsets;

/**
 * What a status may say. A description travels in a header of HTTP/2, where all headers together have 8 KiB and each byte
 * that is no printable ASCII takes three; one that is too long turns any status into INTERNAL. So echoed texts are cut in
 * their middle, and control characters are written out.
 */
public final class StatusText {
    /** Bytes on the wire, percent-encoding included. */
    public static final int MOST = 2048;

    private static final String CUT = " ... ";
    private static final int TAIL = 512; // where a sentence says what it wants

    private StatusText() {}

    /** The text as a status may say it; a short plain one is itself. */
    public static String of(String text) {
        String plain = escaped(text);
        if (size(plain) <= MOST) {
            return plain;
        }
        int head = fitting(plain, MOST - TAIL - CUT.length());
        int tail = plain.length() - fitting(new StringBuilder(plain).reverse().toString(), TAIL);
        return plain.substring(0, head) + CUT + plain.substring(tail);
    }

    /** Characters from the start that take at most so many bytes; never half of a pair. */
    private static int fitting(String text, int bytes) {
        int used = 0;
        int end = 0;
        while (end < text.length()) {
            int next = end + Character.charCount(text.codePointAt(end));
            used += size(text.substring(end, next));
            if (used > bytes) {
                break;
            }
            end = next;
        }
        return end;
    }

    private static int size(String text) {
        int size = 0;
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            size += one >= ' ' && one < '~' && one != '%' ? 1 : 3;
        }
        return size;
    }

    /** The text in one line that steers no terminal: control characters and the like are written out. */
    public static String escaped(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(one -> {
            if (Character.isISOControl(one) || Character.getType(one) == Character.FORMAT || isHalf(one)) {
                plain.append(String.format(java.util.Locale.ROOT, "\\u%04x", one));
            } else {
                plain.appendCodePoint(one);
            }
        });
        return plain.toString();
    }

    /** Half of a pair stands alone: no character. */
    private static boolean isHalf(int one) {
        return one <= Character.MAX_VALUE && Character.isSurrogate((char) one);
    }
}
