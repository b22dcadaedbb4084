package org.styleinv.proto.wire;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which variant paints which frame of a stream. {@code base,sketch@150+60,base@400}: base, fading into sketch over the 60
 * frames from 150 on, and base again from 400. A function of the frame's index and of nothing else, so a stream that is
 * sought, resumed or run backwards shows the same.
 */
public final class VariantSchedule {
    private static final int MAX_TURNS = 64;
    private static final int MAX_VARIANTS = 8; // each is a topic that a motion replica reads
    private static final long MAX_INDEX = 1L << 53;
    private static final Pattern TURN = Pattern.compile("([^@+]*)@([0-9]{1,16})(?:\\+([0-9]{1,16}))?");

    /** What is mixed into a frame: another variant's frame of the same latent, with a weight above 0 and below 1. */
    public record Blend(String variant, double weight) {}

    /** Who paints a frame; its topic is that of {@code variant}. */
    public record Look(String variant, Optional<Blend> blend) {}

    private record Turn(String variant, long from, long over) {
        /** The first index that is this variant's alone. */
        long alone() {
            return from + over;
        }
    }

    private final String text;
    private final List<Turn> turns;

    private VariantSchedule(String text, List<Turn> turns) {
        this.text = text;
        this.turns = turns;
    }

    /**
     * Reads a schedule; a variant's name is one, and nothing is the base.
     *
     * @throws IllegalArgumentException naming the part, what it got and what it wants
     */
    public static VariantSchedule parse(String text) {
        if (text.isEmpty()) {
            return parse(Topics.BASE);
        }
        String[] parts = text.split(",", -1);
        require(
                parts.length <= MAX_TURNS,
                "variant has " + parts.length + " parts, at most " + MAX_TURNS + " are allowed");
        List<Turn> turns = new ArrayList<>();
        turns.add(new Turn(name(parts[0].strip(), parts[0].strip()), 0, 0));
        for (int i = 1; i < parts.length; i++) {
            turns.add(turn(parts[i].strip(), turns.get(i - 1)));
        }
        var schedule = new VariantSchedule(text, List.copyOf(turns));
        require(
                schedule.variants().size() <= MAX_VARIANTS,
                "variant names " + schedule.variants().size() + " variants, at most " + MAX_VARIANTS + " are allowed");
        return schedule;
    }

    private static Turn turn(String part, Turn before) {
        Matcher is = TURN.matcher(part);
        require(
                is.matches(),
                "variant \"" + part
                        + "\" is no turn of a schedule: write NAME@FRAME, or NAME@FRAME+FRAMES to fade, as in "
                        + "base,sketch@150+60,base@400");
        String name = name(is.group(1), part);
        long from = Long.parseLong(is.group(2));
        long over = is.group(3) == null ? 0 : Long.parseLong(is.group(3));
        require(from <= MAX_INDEX && over <= MAX_INDEX, "variant \"" + part + "\" goes beyond frame 2^53");
        require(from > 0, "variant \"" + part + "\" begins at frame 0, where the first name of the schedule does");
        require(
                from >= before.alone(),
                "variant \"" + part + "\" begins at frame " + from + ", but the turn before it is complete at "
                        + before.alone());
        require(!name.equals(before.variant()), "variant \"" + part + "\" turns to what paints already: leave it out");
        return new Turn(name, from, over);
    }

    private static String name(String name, String part) {
        require(
                Topics.isVariant(name),
                "variant \"" + part + "\" cannot name a variant: use a-z, 0-9, _ and -, up to 63, not \"dead\"");
        return name;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }

    /** Who paints the frame of an index. */
    public Look at(long index) {
        int now = 0;
        while (now + 1 < turns.size() && turns.get(now + 1).from() <= index) {
            now++;
        }
        Turn turn = turns.get(now);
        if (index == turn.from() && turn.over() > 0) {
            return new Look(
                    turns.get(now - 1).variant(), Optional.empty()); // a fade begins with nothing of the new one
        }
        if (index < turn.alone()) {
            double weight = (double) (index - turn.from()) / turn.over();
            return new Look(turns.get(now - 1).variant(), Optional.of(new Blend(turn.variant(), weight)));
        }
        return new Look(turn.variant(), Optional.empty());
    }

    /** All variants, each once. */
    public List<String> variants() {
        return List.copyOf(new LinkedHashSet<>(turns.stream().map(Turn::variant).toList()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VariantSchedule schedule && schedule.turns.equals(turns);
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
