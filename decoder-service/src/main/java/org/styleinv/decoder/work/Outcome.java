package org.styleinv.decoder.work;

import java.util.Optional;
import org.styleinv.decoder.engine.Decoder;

/** What becomes of a unit of work. */
public sealed interface Outcome {
    /**
     * It is a frame.
     *
     * @param picture in the encoding that was asked for
     * @param other variant that is mixed in
     */
    record Painted(byte[] picture, Decoder.Variant variant, Optional<Decoder.Variant> other) implements Outcome {}

    /** It can never be a frame. */
    record Refused(Refusal refusal) implements Outcome {}

    /** Nobody wants it any more. */
    record Dropped() implements Outcome {}
}
