package org.styleinv.telemetry.log;

import io.quarkus.logging.LoggingFilter;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtLogRecord;
import org.styleinv.proto.wire.StatusText;

/**
 * Gives a line of the log the {@code key=value} pairs of its format as fields: they stand in its {@code mdc}, which JSON shows
 * and text does not. Keys come from the format alone, {@code "stream ends stream=%s"}, and never from what is put in, so a client
 * cannot write a field. Nor a line of its own: what is put in has no line ends and nothing that steers a terminal, also in lines
 * of the libraries. Lets every line through.
 */
@LoggingFilter(name = "styleinv-fields")
public final class LineFields implements Filter {
    /** A specifier of {@link java.util.Formatter}, with the key before it; what is numbered is not used here. */
    private static final Pattern SPECIFIER =
            Pattern.compile("(?:\\b([a-z][a-z0-9_]*)=\"?)?%[-#+ 0,(]*\\d*(?:\\.\\d+)?([a-zA-Z%])");

    @Override
    public boolean isLoggable(LogRecord line) {
        if (line instanceof ExtLogRecord ext && ext.getParameters() != null) {
            if (ext.getFormatStyle() == ExtLogRecord.FormatStyle.PRINTF) {
                fields(ext.getMessage(), ext.getParameters()).forEach(ext::putMdc);
            }
            if (ext.getFormatStyle() != ExtLogRecord.FormatStyle.NO_FORMAT) {
                harmless(ext);
            }
        }
        return true;
    }

    private static void harmless(ExtLogRecord line) {
        Object[] values = line.getParameters().clone();
        boolean changed = false;
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof Number || values[i] instanceof Character) {
                continue; // a format may say how they are written
            }
            String text = String.valueOf(values[i]);
            String plain = StatusText.escaped(text);
            if (!plain.equals(text)) {
                values[i] = plain;
                changed = true;
            }
        }
        if (changed) {
            line.setParameters(values);
        }
    }

    /** The values of a format's pairs, by key. */
    static Map<String, String> fields(String format, Object[] values) {
        Map<String, String> fields = new HashMap<>();
        Matcher specifier = SPECIFIER.matcher(format);
        int next = 0;
        while (specifier.find() && next < values.length) {
            boolean takesOne =
                    !specifier.group(2).equals("%") && !specifier.group(2).equals("n");
            if (takesOne && specifier.group(1) != null) {
                fields.put(specifier.group(1), String.valueOf(values[next]));
            }
            next += takesOne ? 1 : 0;
        }
        return fields;
    }
}
