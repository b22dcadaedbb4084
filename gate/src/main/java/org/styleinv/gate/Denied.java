package org.styleinv.gate;

/** Why somebody may not come in. */
public final class Denied extends Exception {
    private static final long serialVersionUID = 1;

    /** What is wrong. */
    public enum Kind {
        /** It is not known who comes. */
        UNKNOWN,
        /** Who comes may not do this. */
        FORBIDDEN,
        /** Not now. */
        BUSY
    }

    private final Kind kind;
    private final long retryMs;

    Denied(Kind kind, String sentence, long retryMs) {
        super(sentence, null, false, false);
        this.kind = kind;
        this.retryMs = retryMs;
    }

    public Kind kind() {
        return kind;
    }

    /** Milliseconds after which asking again may help; 0 where it does not. */
    public long retryMs() {
        return retryMs;
    }
}
