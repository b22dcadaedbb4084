package org.styleinv.gate;

import java.util.StringJoiner;

/**
 * How much one token may have, in each process by itself; 0 of anything is no bound.
 *
 * @param streams    most at a time
 * @param frames     most a second over all its streams; twice as many may come at once
 * @param pixels     most a second in these frames, width times height each; twice as many may come at once, and a frame
 *                   larger than that when none came for two seconds
 * @param uploads    most pictures a minute that it sends to be looked at; as many may come at once
 * @param broadcasts most that its tenant has live
 */
public record Quota(int streams, double frames, double pixels, double uploads, int broadcasts) {
    /** As much as a service has. */
    public static final Quota NONE = new Quota(0, 0, 0, 0, 0);

    private static final double LEAST = 1e-6; // a smaller bound is a slip of whoever wrote it

    /** What a line of tokens calls them. */
    static final String NAMES = "streams, frames, pixels, uploads, broadcasts";

    /** @throws IllegalArgumentException in one sentence, if one is neither 0 nor at least a millionth, or no number */
    public Quota {
        if (streams < 0 || broadcasts < 0 || !isBound(frames) || !isBound(pixels) || !isBound(uploads)) {
            throw new IllegalArgumentException("a quota is 0 (no bound) or a number from " + LEAST + " on, got"
                    + text(streams, frames, pixels, uploads, broadcasts));
        }
    }

    private static boolean isBound(double value) {
        return value == 0 || value >= LEAST && Double.isFinite(value);
    }

    /**
     * The same but for one.
     *
     * @param name one of {@link #NAMES}
     * @throws NumberFormatException if it is no number
     */
    Quota with(String name, String value) {
        return switch (name) {
            case "streams" -> new Quota(Integer.parseInt(value), frames, pixels, uploads, broadcasts);
            case "frames" -> new Quota(streams, Double.parseDouble(value), pixels, uploads, broadcasts);
            case "pixels" -> new Quota(streams, frames, Double.parseDouble(value), uploads, broadcasts);
            case "uploads" -> new Quota(streams, frames, pixels, Double.parseDouble(value), broadcasts);
            case "broadcasts" -> new Quota(streams, frames, pixels, uploads, Integer.parseInt(value));
            default -> throw new IllegalArgumentException("there is no quota of " + name);
        };
    }

    /** As in a line of tokens, each with a space before it; empty where there is no bound. */
    @Override
    public String toString() {
        return text(streams, frames, pixels, uploads, broadcasts);
    }

    private static String text(int streams, double frames, double pixels, double uploads, int broadcasts) {
        var words = new StringJoiner(" ", " ", "").setEmptyValue("");
        add(words, "streams", streams);
        add(words, "frames", frames);
        add(words, "pixels", pixels);
        add(words, "uploads", uploads);
        add(words, "broadcasts", broadcasts);
        return words.toString();
    }

    private static void add(StringJoiner words, String name, double value) {
        if (value != 0) {
            words.add(name + "="
                    + (value == Math.rint(value) && Math.abs(value) < 1e15 ? "" + (long) value : "" + value));
        }
    }
}
