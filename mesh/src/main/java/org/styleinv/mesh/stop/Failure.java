package org.styleinv.mesh.stop;

import org.jspecify.annotations.Nullable;

/** Why a command could not do its job: one sentence with a way out, shown without a stack trace. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean input;

    public Failure(String sentence) {
        this(sentence, null);
    }

    public Failure(String sentence, @Nullable Throwable cause) {
        this(sentence, cause, false);
    }

    private Failure(String sentence, @Nullable Throwable cause, boolean input) {
        super(sentence, cause);
        this.input = input;
    }

    /** What was given cannot be used, a value or a file: another try with the same is in vain. */
    public static Failure input(String sentence) {
        return new Failure(sentence, null, true);
    }

    /** The same, with its cause. */
    public static Failure input(String sentence, @Nullable Throwable cause) {
        return new Failure(sentence, cause, true);
    }

    /** Whether what was given is at fault. */
    public boolean input() {
        return input;
    }
}
