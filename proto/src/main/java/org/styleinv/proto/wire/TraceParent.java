package org.styleinv.proto.wire;

import io.grpc.Metadata;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which trace something belongs to: W3C Trace Context, level 1, header {@code traceparent}.
 *
 * @param trace   32 hexadecimal digits, not all 0
 * @param span    16 hexadecimal digits, not all 0: whose the following is
 * @param sampled whether whoever began it keeps it
 */
public record TraceParent(String trace, String span, boolean sampled) {
    /** Of a call. */
    public static final Metadata.Key<String> KEY = Metadata.Key.of(WireHeaders.TRACE, Metadata.ASCII_STRING_MARSHALLER);

    private static final Pattern FORM =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Reads one; empty if it is none, and then a new trace begins, as the standard says. */
    public static Optional<TraceParent> parse(@Nullable String text) {
        Matcher form = FORM.matcher(text == null ? "" : text);
        if (!form.matches()
                || form.group(1).equals("ff")
                || form.group(1).equals("00") && form.group(5) != null
                || form.group(2).matches("0+")
                || form.group(3).matches("0+")) {
            return Optional.empty();
        }
        return Optional.of(
                new TraceParent(form.group(2), form.group(3), (Integer.parseInt(form.group(4), 16) & 1) == 1));
    }

    /** A trace that begins here, and that nobody has asked to keep. */
    public static TraceParent begun() {
        byte[] id = new byte[16];
        do {
            RANDOM.nextBytes(id);
        } while (HexFormat.of().formatHex(id).matches("0+"));
        return new TraceParent(HexFormat.of().formatHex(id), fresh(), false);
    }

    /** The same trace, in a span of its own. */
    public TraceParent within() {
        return new TraceParent(trace, fresh(), sampled);
    }

    /** The same place, of which the following is not kept. */
    public TraceParent notKept() {
        return new TraceParent(trace, span, false);
    }

    private static String fresh() {
        long any = 0;
        while (any == 0) {
            any = ThreadLocalRandom.current().nextLong();
        }
        return String.format(Locale.ROOT, "%016x", any);
    }

    /** As it stands in a header. */
    @Override
    public String toString() {
        return "00-" + trace + "-" + span + "-" + (sampled ? "01" : "00");
    }
}
