package org.styleinv.studio.request;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.styleinv.studio.problem.Problem;

/** A file in a form (RFC 7578), as {@code curl -F} and a page's form send it; of a body that is here and bounded. */
public final class Form {
    private static final Pattern BOUNDARY =
            Pattern.compile("(?i)multipart/form-data\\s*;.*?boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70})).*");
    private static final byte[] END_OF_HEAD = ascii("\r\n\r\n");
    private static final int MOST_HEAD = 8192; // bytes of a part's head
    private static final int MOST_PARTS = 16;

    private Form() {}

    /** The bytes of the picture: the first file of a form, or the body itself where it is no form. */
    public static byte[] picture(byte[] body, Optional<String> contentType) {
        String type = contentType.orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            return body;
        }
        Matcher boundary = BOUNDARY.matcher(type);
        if (!boundary.matches()) {
            throw Problem.bad("a form is multipart/form-data with a boundary of up to 70 characters; "
                    + "or send the bytes of a picture as they are");
        }
        return file(body, ascii("--" + (boundary.group(1) == null ? boundary.group(2) : boundary.group(1))));
    }

    private static byte[] file(byte[] body, byte[] boundary) {
        byte[] next = concat(ascii("\r\n"), boundary);
        int preamble = startsWith(body, boundary) ? -2 : find(body, next, 0, body.length);
        int at = preamble == -1 ? body.length : preamble + 2;
        for (int part = 0; part < MOST_PARTS && at < body.length; part++) {
            int head = at + boundary.length;
            int content = find(body, END_OF_HEAD, head, Math.min(body.length, head + MOST_HEAD));
            int end = content < 0 ? -1 : find(body, next, content, body.length);
            if (end < 0) {
                break; // the last boundary, or a form that is cut off
            }
            String said = new String(body, head, content - head, StandardCharsets.ISO_8859_1);
            if (said.toLowerCase(Locale.ROOT).contains("filename")) {
                return Arrays.copyOfRange(
                        body, content + END_OF_HEAD.length, Math.max(content + END_OF_HEAD.length, end));
            }
            at = end + 2;
        }
        throw Problem.bad("the form has no whole file in it: send one, as curl -F picture=@face.png does");
    }

    private static boolean startsWith(byte[] body, byte[] what) {
        return body.length >= what.length && Arrays.equals(body, 0, what.length, what, 0, what.length);
    }

    /** Where {@code what} begins in {@code [from, to)}, or -1. */
    private static int find(byte[] body, byte[] what, int from, int to) {
        for (int i = from; i + what.length <= to; i++) {
            if (body[i] == what[0] && Arrays.equals(body, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
