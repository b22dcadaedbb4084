package org.styleinv.door;

import java.util.Optional;
import java.util.stream.Stream;

/** How a service is, or a part of it. */
public sealed interface Health {
    /** It does its work. */
    record Well() implements Health {}

    /**
     * It cannot do its work.
     *
     * @param part     the loop, channel or engine that says so
     * @param sentence why, for a person
     */
    record Trouble(String part, String sentence) implements Health {}

    Health WELL = new Well();

    static Health trouble(String part, String sentence) {
        return new Trouble(part, sentence);
    }

    /** In trouble where there is a sentence. */
    static Health of(String part, Optional<String> sentence) {
        return sentence.map(said -> trouble(part, said)).orElse(WELL);
    }

    /** The first that is in trouble, well if none is. */
    static Health first(Health... parts) {
        return Stream.of(parts).filter(part -> !part.isWell()).findFirst().orElse(WELL);
    }

    default boolean isWell() {
        return this instanceof Well;
    }

    /** Why it is not well. */
    default Optional<String> because() {
        return this instanceof Trouble trouble ? Optional.of(trouble.sentence()) : Optional.empty();
    }
}
