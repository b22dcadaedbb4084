package org.styleinv.proto.wire;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a server listens, as a person writes it: {@code localhost:9000}, {@code 10.0.0.5:9000} or {@code [::1]:9000}.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port 1 to 65535
 */
public record Address(String host, int port) {
    private static final int MOST = 65_535;
    private static final Pattern BRACKETS = Pattern.compile("\\[([^\\[\\]]*)](.*)", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
    private static final Pattern FOUR = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern SIX = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[A-Za-z0-9_.-]+)?");

    /**
     * Reads one address.
     *
     * @param option what it was given as, for the sentence
     * @throws IllegalArgumentException naming the option, what it got and what it wants
     */
    public static Address parse(String option, String text) {
        Matcher six = BRACKETS.matcher(text);
        int colon = text.lastIndexOf(':');
        String host = six.matches() ? six.group(1) : text.substring(0, Math.max(0, colon));
        String port = six.matches() ? six.group(2).replaceFirst("^:", "") : text.substring(colon + 1);
        if (six.matches() ? !six.group(2).startsWith(":") || !isSix(host) : !isName(host)) {
            throw wrong(option, text, isSix(host) ? "write an IPv6 address in brackets" : scheme(text));
        }
        if (!port.matches("[0-9]{1,9}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > MOST) {
            throw wrong(option, text, "a port is a number from 1 to 65535");
        }
        return new Address(host, Integer.parseInt(port));
    }

    /** Reads several, with commas between them. */
    public static List<Address> list(String option, String text) {
        return Stream.of(text.split(",", -1)).map(one -> parse(option, one)).toList();
    }

    /**
     * The host alone; an IPv6 address may stand in brackets.
     *
     * @throws IllegalArgumentException naming the option, what it got and what it wants
     */
    public static String host(String option, String text) {
        Matcher six = BRACKETS.matcher(text);
        String host = six.matches() && six.group(2).isEmpty() ? six.group(1) : text;
        if (!isSix(host) && (six.matches() || !isName(host))) {
            throw new IllegalArgumentException(
                    option + " wants a name or an address alone, as localhost, 0.0.0.0 or ::1, got \""
                            + StatusText.of(text) + "\"");
        }
        return host;
    }

    /**
     * A port to listen on.
     *
     * @throws IllegalArgumentException naming the option, what it got and what it wants
     */
    public static int port(String option, int port) {
        if (port < 1 || port > MOST) {
            throw new IllegalArgumentException(option + " wants a port from 1 to 65535, got " + port);
        }
        return port;
    }

    /** {@code host:port}, an IPv6 address in brackets. */
    public static String of(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** A host as it stands in the path of a URI, where gRPC's targets have it: brackets are written out there. */
    public static String inPath(String host) {
        return host.indexOf(':') >= 0 ? "%5B" + host + "%5D" : host;
    }

    private static boolean isName(String host) {
        return NUMBERS.matcher(host).matches()
                ? FOUR.matcher(host).matches()
                : NAME.matcher(host).matches() && !host.contains("..");
    }

    private static boolean isSix(String host) {
        if (!SIX.matcher(host).matches()) {
            return false;
        }
        try { // a literal is not looked up
            return java.net.InetAddress.getByName("[" + host.replaceFirst("%.*", "") + "]") != null;
        } catch (java.net.UnknownHostException e) {
            return false;
        }
    }

    private static String scheme(String text) {
        return text.contains("://") ? "leave out " + StatusText.of(text.substring(0, text.indexOf("://") + 3)) : "";
    }

    private static IllegalArgumentException wrong(String option, String text, String hint) {
        return new IllegalArgumentException(option + " wants HOST:PORT, as localhost:9000 or [::1]:9000, got \""
                + StatusText.of(text) + "\"" + (hint.isEmpty() ? "" : ": " + hint));
    }

    @Override
    public String toString() {
        return of(host, port);
    }
}
