package org.styleinv.trainer.data.file;

/**
 * What a file is.
 *
 * @param reason why it is left out; empty for every other kind
 */
public record Judgement(Kind kind, String reason) {
    public enum Kind {
        /** One frame. */
        PICTURE,
        /** Frames and their times. */
        VIDEO,
        /** A GIF: its later bytes tell whether it moves. */
        GIF,
        /** What lies beside videos and is none: it is passed over, and counted. */
        COMPANION,
        /** Nothing that can be used. */
        LEFT_OUT
    }

    public static Judgement of(Kind kind) {
        return new Judgement(kind, "");
    }

    static Judgement leftOut(String reason) {
        return new Judgement(Kind.LEFT_OUT, reason);
    }
}
