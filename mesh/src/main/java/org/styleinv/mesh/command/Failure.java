package org.styleinv.mesh.command;

/** Why a command could not do its job: one sentence with a way out, shown without a stack trace. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Failure(String sentence) {
        super(sentence);
    }

    public Failure(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
