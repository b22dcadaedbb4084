package org.styleinv.mesh.command.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.styleinv.mesh.picture.FrameSink;
import org.styleinv.mesh.stop.Failure;
import org.styleinv.network.file.Printable;
import picocli.CommandLine.Option;

/** How a command talks: lines for people, or one JSON object a line for machines; progress only where a person looks. */
public final class Console {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final boolean TERMINAL = Boolean.getBoolean("styleinv.terminal"); // the launcher knows
    private static final int BAR = 30;
    private static final long QUIET_NS = 2_000_000_000L; // what is done by then needs no bar
    private static final long REDRAW_NS = 100_000_000L;

    @Option(names = "--json", description = "Print one JSON object a line, for machines.")
    private boolean json;

    @Option(names = "--verbose", description = "Show stack traces and the services' log.")
    private boolean verbose;

    private PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final long start = System.nanoTime();
    private long drawn;
    private boolean bar;

    public boolean json() {
        return json;
    }

    public boolean verbose() {
        return verbose;
    }

    /** Leaves standard output to a video, if {@code target} is {@code -}; what is said goes to standard error. */
    public void makeRoomFor(@Nullable Path target, boolean hashes) {
        if (FrameSink.isStandard(target)) {
            if (json || hashes) {
                throw Failure.input("--out - writes the video to standard output, where "
                        + (json ? "--json" : "--hashes") + " writes, too: leave one of them away, or name a file");
            }
            out = err;
        }
    }

    /** A line for people; nothing with {@code --json}. */
    public void say(String format, @Nullable Object... values) {
        if (!json) {
            clear();
            out.println(printed(format, values));
        }
    }

    /** Names and sentences may come from a file or from another machine; a small number is read more easily without an exponent. */
    private static String printed(String format, @Nullable Object... values) {
        Object[] plain = Arrays.stream(values)
                .map(value -> value instanceof Double number && Double.isFinite(number)
                        ? new BigDecimal(number.toString())
                        : value instanceof Number || value instanceof TemporalAccessor
                                ? value
                                : Printable.text(String.valueOf(value)))
                .toArray();
        return String.format(Locale.ROOT, format, plain);
    }

    /** A line of the result itself, whoever reads. */
    public void line(String text) {
        clear();
        out.println(text);
        out.flush();
    }

    /** A JSON line; nothing without {@code --json}. Numbers that are not finite become null. */
    public void json(Map<String, ?> values) {
        if (!json) {
            return;
        }
        clear();
        out.println(text(values));
        out.flush();
    }

    /** {@code values} as one line of JSON. */
    public static String text(Map<String, ?> values) {
        var finite = new java.util.LinkedHashMap<String, Object>(values);
        finite.replaceAll((key, value) -> value instanceof Double number && !Double.isFinite(number) ? null : value);
        try {
            return JSON.writeValueAsString(finite);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a result cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    /** A word beside the result, on standard error. */
    public void warn(String format, @Nullable Object... values) {
        clear();
        err.println("styleinv: " + printed(format, values));
    }

    /** {@code done} of {@code total} {@code things}; a total of 0 is unknown. Draws on a terminal, after two seconds. */
    public void progress(String things, long done, long total) {
        long now = System.nanoTime();
        if (!TERMINAL || now - start < QUIET_NS || now - drawn < REDRAW_NS && done != total) {
            return;
        }
        drawn = now;
        bar = true;
        double seconds = (now - start) / 1e9;
        if (total > 0) {
            int filled = (int) (BAR * Math.min(done, total) / total);
            err.printf(
                    Locale.ROOT,
                    "\r\033[K[%s%s] %d/%d %s, %.0f s",
                    "#".repeat(filled),
                    ".".repeat(BAR - filled),
                    done,
                    total,
                    things,
                    seconds);
        } else {
            err.printf(Locale.ROOT, "\r\033[K%d %s, %.0f s", done, things, seconds);
        }
        err.flush();
    }

    /** What is going on now, on a terminal's last line. */
    public void status(String what) {
        if (TERMINAL) {
            bar = true;
            err.print("\r\033[K" + what + " ...");
            err.flush();
        }
    }

    private void clear() {
        if (bar) {
            err.print("\r\033[K");
            err.flush();
            bar = false;
        }
    }
}
