package org.styleinv.proto.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How strong an edit is in which frame of a stream. {@code 0,2@150+60,-1@400}: nothing, rising from frame 150 on to 2 over 60
 * frames, and -1 from frame 400. A function of the frame's index and of nothing else, so a stream that is sought, resumed or
 * run backwards shows the same. Its turns are written as those of {@link VariantSchedule}.
 */
public final class StrengthSchedule {
    /** The largest strength either way, in standard deviations of w along the direction. */
    public static final double MOST = 10;

    private static final int MAX_TURNS = 64;
    private static final long MAX_INDEX = 1L << 53;
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]{1,9}(\\.[0-9]{0,9})?|\\.[0-9]{1,9})");
    private static final Pattern TURN = Pattern.compile("([^@]*)@([0-9]{1,16})(?:\\+([0-9]{1,16}))?");

    private record Turn(double strength, long from, long over) {
        /** The first index at which it is reached. */
        long reached() {
            return from + over;
        }
    }

    private final String text;
    private final List<Turn> turns;

    private StrengthSchedule(String text, List<Turn> turns) {
        this.text = text;
        this.turns = turns;
    }

    /**
     * Reads a schedule; a number is one.
     *
     * @param what what it is a strength of, for the sentence
     * @throws IllegalArgumentException naming the part, what it got and what it wants
     */
    public static StrengthSchedule parse(String what, String text) {
        String[] parts = text.split(",", -1);
        require(
                parts.length <= MAX_TURNS,
                "strength of " + what + " has " + parts.length + " parts, at most " + MAX_TURNS + " are allowed");
        List<Turn> turns = new ArrayList<>();
        turns.add(new Turn(strength(what, parts[0].strip(), parts[0].strip()), 0, 0));
        for (int i = 1; i < parts.length; i++) {
            turns.add(turn(what, parts[i].strip(), turns.get(i - 1)));
        }
        return new StrengthSchedule(text, List.copyOf(turns));
    }

    private static Turn turn(String what, String part, Turn before) {
        Matcher is = TURN.matcher(part);
        require(
                is.matches(),
                "strength \"" + part + "\" of " + what
                        + " is no turn of a schedule: write STRENGTH@FRAME, or STRENGTH@FRAME+FRAMES to change over some, as in "
                        + "0,2@150+60,0@400");
        double strength = strength(what, is.group(1), part);
        long from = Long.parseLong(is.group(2));
        long over = is.group(3) == null ? 0 : Long.parseLong(is.group(3));
        require(
                from <= MAX_INDEX && over <= MAX_INDEX,
                "strength \"" + part + "\" of " + what + " goes beyond frame 2^53");
        require(
                from > 0 && from >= before.reached(),
                "strength \"" + part + "\" of " + what + " begins at frame " + from
                        + ", but the part before it is complete at " + Math.max(1, before.reached()));
        return new Turn(strength, from, over);
    }

    private static double strength(String what, String number, String part) {
        require(
                NUMBER.matcher(number).matches() && Math.abs(Double.parseDouble(number)) <= MOST,
                "strength \"" + part + "\" of " + what + " must be a number from -10 to 10, as 1.5");
        return Double.parseDouble(number);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** The strength in the frame of an index. */
    public double at(long index) {
        int now = 0;
        while (now + 1 < turns.size() && turns.get(now + 1).from() <= index) {
            now++;
        }
        Turn turn = turns.get(now);
        if (index >= turn.reached()) {
            return turn.strength();
        }
        double before = turns.get(now - 1).strength();
        return before + (turn.strength() - before) * ((double) (index - turn.from()) / turn.over());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StrengthSchedule schedule && schedule.turns.equals(turns);
    }

    @Override
    public int hashCode() {
        return turns.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
