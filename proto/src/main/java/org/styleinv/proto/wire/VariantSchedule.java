package org.styleinv.proto.wire;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which variant paints which frame of a stream. {@code base,sketch@150+60,base@400}: base, fading into sketch over the 60
 * frames from 150 on, and base again from 400. Or a mixture that stays: {@code base~0.4~sketch} is base with 0.4 of sketch in
 * every frame. A function of the frame's index and of nothing else, so a stream that is sought, resumed or run backwards shows
 * the same.
 */
public final class VariantSchedule {
    private static final int MAX_VARIANTS = 8; // each is a topic that a motion replica reads
    private static final Turns.Words WORDS = new Turns.Words(
            "variant", "", "NAME@FRAME, or NAME@FRAME+FRAMES to fade, as in base,sketch@150+60,base@400");

    /** A share has one spelling, so that equal frames have one address. */
    private static final Pattern MIXTURE = Pattern.compile("([^~,@]*)~(0\\.[0-9]{0,5}[1-9])~([^~,@]*)");

    /** What is mixed into a frame: another variant's frame of the same latent, with a weight above 0 and below 1. */
    public record Blend(String variant, double weight) {}

    /** Who paints a frame; its topic is that of {@code variant}. */
    public record Look(String variant, Optional<Blend> blend) {}

    private final String text;
    private final Turns<String> turns;
    private final Optional<Blend> mixture; // in all frames

    private VariantSchedule(String text, Turns<String> turns, Optional<Blend> mixture) {
        this.text = text;
        this.turns = turns;
        this.mixture = mixture;
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
        if (text.indexOf('~') >= 0) {
            return mixture(text);
        }
        Turns<String> turns = Turns.parse(text, WORDS, VariantSchedule::name);
        for (int i = 1; i < turns.all().size(); i++) {
            Turns.Turn<String> turn = turns.all().get(i);
            Turns.require(
                    !turn.value().equals(turns.all().get(i - 1).value()),
                    "variant \"" + turn.value() + "@" + turn.from() + "\" turns to what paints already: leave it out");
        }
        var schedule = new VariantSchedule(text, turns, Optional.empty());
        Turns.require(
                schedule.variants().size() <= MAX_VARIANTS,
                "variant names " + schedule.variants().size() + " variants, at most " + MAX_VARIANTS + " are allowed");
        return schedule;
    }

    private static VariantSchedule mixture(String text) {
        Matcher is = MIXTURE.matcher(text);
        double share = is.matches() ? Double.parseDouble(is.group(2)) : 0;
        Turns.require(
                share > 0,
                "variant \"" + text
                        + "\" is no mixture: write NAME~SHARE~NAME, the share of the second above 0 and below 1, "
                        + "as in base~0.4~sketch; a mixture that stays takes no turns");
        String other = name(is.group(3), text);
        Turns.require(!name(is.group(1), text).equals(other), "variant \"" + text + "\" mixes a variant with itself");
        return new VariantSchedule(
                text, Turns.parse(is.group(1), WORDS, VariantSchedule::name), Optional.of(new Blend(other, share)));
    }

    private static String name(String name, String part) {
        Turns.require(
                Topics.isVariant(name),
                "variant \"" + part + "\" cannot name a variant: use a-z, 0-9, _ and -, up to 63, not \"dead\"");
        return name;
    }

    /** Who paints the frame of an index; a fade begins with nothing of the new one. */
    public Look at(long index) {
        Turns.Between<String> between = turns.at(index);
        if (mixture.isPresent()) {
            return new Look(between.to(), mixture);
        }
        if (between.share() == 1) {
            return new Look(between.to(), Optional.empty());
        }
        return new Look(
                between.from(),
                between.share() == 0 ? Optional.empty() : Optional.of(new Blend(between.to(), between.share())));
    }

    /** All variants, each once. */
    public List<String> variants() {
        var names =
                new LinkedHashSet<>(turns.all().stream().map(Turns.Turn::value).toList());
        mixture.ifPresent(blend -> names.add(blend.variant()));
        return List.copyOf(names);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VariantSchedule schedule
                && schedule.turns.equals(turns)
                && schedule.mixture.equals(mixture);
    }

    @Override
    public int hashCode() {
        return 31 * turns.hashCode() + mixture.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
