package org.styleinv.decoder.work;

import org.styleinv.proto.wire.StatusText;

/** A record that cannot become a frame, and why: its word for machines, its sentence for people. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    /** What can be wrong; the lower-case name with hyphens is the dead letter's reason. */
    public enum Reason {
        EMPTY,
        WRONG_VERSION,
        BAD_PROTOBUF,
        NO_STREAM,
        BAD_VARIANT,
        UNKNOWN_VARIANT,
        WRONG_WIDTH,
        NOT_FINITE,
        UNKNOWN_ENCODING,
        UNKNOWN_NOISE,
        BAD_BLEND,
        BAD_LAYER_SHIFT,
        BAD_PARTITION,
        DECODE_FAILED,
        TOO_LARGE,
        NOT_WRITTEN,
        NOT_SEALED;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    public final transient Reason reason;

    public Refusal(Reason reason, String sentence) {
        super(StatusText.of(sentence), null, false, false);
        this.reason = reason;
    }
}
