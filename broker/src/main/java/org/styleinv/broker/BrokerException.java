package org.styleinv.broker;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why the broker cannot work, in one sentence with a way out. */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What its owner may choose otherwise, so that a broker can work. */
    public enum Choice {
        PORT,
        DIRECTORY
    }

    private final @Nullable Choice choice;

    /** @param choice that the sentence ends with */
    BrokerException(String message, @Nullable Choice choice, @Nullable Throwable cause) {
        super(message, cause);
        this.choice = choice;
    }

    BrokerException(String message, @Nullable Throwable cause) {
        this(message, null, cause);
    }

    /** What the sentence asks for at its end, if it asks for another choice: a program may add how that is made. */
    public Optional<Choice> choice() {
        return Optional.ofNullable(choice);
    }
}
