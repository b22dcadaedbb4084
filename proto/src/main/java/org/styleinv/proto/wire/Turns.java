package org.styleinv.proto.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that take turns at frames: {@code A,B@150+60,C@400} is A, then B, reached over the 60 frames from 150 on, and C from
 * frame 400 at once. What is shown at an index depends on nothing but the index.
 */
record Turns<T>(List<Turn<T>> all) {
    static final long MAX_INDEX = 1L << 53;
    private static final int MOST = 64;
    private static final Pattern TURN = Pattern.compile("([^@]*)@([0-9]{1,16})(?:\\+([0-9]{1,16}))?");

    /** {@code value} is reached over {@code over} frames from frame {@code from} on. */
    record Turn<T>(T value, long from, long over) {
        long reached() {
            return from + over;
        }
    }

    /** Between two values: {@code share} of {@code to}, from 0 to 1, and the rest of {@code from}. */
    record Between<T>(T from, T to, double share) {}

    /** What sentences call a schedule, and how its turns are written. */
    record Words(String noun, String of, String syntax) {
        String part(String part) {
            return noun + " \"" + part + "\"" + of;
        }
    }

    /**
     * Reads {@code text}.
     *
     * @param value reads a value; it is given the part that it stands in, too, for its sentence
     * @throws IllegalArgumentException naming the part, what it got and what it wants
     */
    static <T> Turns<T> parse(String text, Words words, BiFunction<String, String, T> value) {
        String[] parts = text.split(",", -1);
        require(
                parts.length <= MOST,
                words.noun() + words.of() + " has " + parts.length + " parts, at most " + MOST + " are allowed");
        List<Turn<T>> turns = new ArrayList<>();
        String first = parts[0].strip();
        turns.add(new Turn<>(value.apply(first, first), 0, 0));
        for (int i = 1; i < parts.length; i++) {
            turns.add(turn(parts[i].strip(), words, value, turns.get(i - 1).reached()));
        }
        return new Turns<>(List.copyOf(turns));
    }

    private static <T> Turn<T> turn(String part, Words words, BiFunction<String, String, T> value, long complete) {
        Matcher is = TURN.matcher(part);
        require(is.matches(), words.part(part) + " is no turn of a schedule: write " + words.syntax());
        T to = value.apply(is.group(1), part);
        long from = Long.parseLong(is.group(2));
        long over = is.group(3) == null ? 0 : Long.parseLong(is.group(3));
        require(from <= MAX_INDEX && over <= MAX_INDEX, words.part(part) + " goes beyond frame 2^53");
        long earliest = Math.max(1, complete); // frame 0 is the first part's
        require(
                from >= earliest,
                words.part(part) + " begins at frame " + from + ", but the part before it is complete at " + earliest);
        return new Turn<>(to, from, over);
    }

    static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** What is shown at {@code index}; a value that has been reached is alone. */
    Between<T> at(long index) {
        int now = 0;
        while (now + 1 < all.size() && all.get(now + 1).from() <= index) {
            now++;
        }
        Turn<T> turn = all.get(now);
        if (index >= turn.reached()) {
            return new Between<>(turn.value(), turn.value(), 1);
        }
        return new Between<>(all.get(now - 1).value(), turn.value(), (double) (index - turn.from()) / turn.over());
    }
}
