package org.styleinv.gate;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a token lets its holder do. */
public enum Role {
    /** See what there is: variants, directions, broadcasts and their frames. */
    WATCH,
    /** Make streams, frames and latents. */
    GENERATE,
    /** Start and stop broadcasts. */
    BROADCAST,
    /** All of that, and metrics. */
    OPERATE;

    /** The role of that name, if there is one. */
    static Optional<Role> find(String text) {
        return Stream.of(values()).filter(role -> role.toString().equals(text)).findFirst();
    }

    /** @throws IllegalArgumentException naming those there are */
    static Role of(String text) {
        return find(text)
                .orElseThrow(() -> new IllegalArgumentException("\"" + text + "\" is no role, there are: "
                        + Stream.of(values()).map(Role::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
