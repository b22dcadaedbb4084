package org.styleinv.proto.wire;

import java.util.regex.Pattern;

/**
 * How strong an edit is in which frame of a stream. {@code 0,2@150+60,-1@400}: nothing, rising from frame 150 on to 2 over 60
 * frames, and -1 from frame 400. A function of the frame's index and of nothing else, so a stream that is sought, resumed or
 * run backwards shows the same. Its turns are written as those of {@link VariantSchedule}.
 */
public final class StrengthSchedule {
    /** The largest strength either way, in standard deviations of w along the direction. */
    public static final double MOST = 10;

    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]{1,9}(\\.[0-9]{0,9})?|\\.[0-9]{1,9})");

    private final String text;
    private final Turns<Double> turns;

    private StrengthSchedule(String text, Turns<Double> turns) {
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
        var words = new Turns.Words(
                "strength",
                " of " + what,
                "STRENGTH@FRAME, or STRENGTH@FRAME+FRAMES to change over some, as in 0,2@150+60,0@400");
        return new StrengthSchedule(text, Turns.parse(text, words, (number, part) -> strength(words, number, part)));
    }

    private static double strength(Turns.Words words, String number, String part) {
        Turns.require(
                NUMBER.matcher(number).matches() && Math.abs(Double.parseDouble(number)) <= MOST,
                words.part(part) + " must be a number from -10 to 10, as 1.5");
        return Double.parseDouble(number);
    }

    /** The strength in the frame of an index. */
    public double at(long index) {
        Turns.Between<Double> between = turns.at(index);
        return between.from() + (between.to() - between.from()) * between.share();
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
