package org.styleinv.trainer.state;

import java.util.Arrays;
import java.util.Optional;

/** A phase of a step, in the order that a step has them: what a run tells the seconds of. */
public enum Phase {
    GENERATOR("g"),
    PATH_LENGTH("pl"),
    DISCRIMINATOR("d"),
    R1("r1");

    private final String tag;

    Phase(String tag) {
        this.tag = tag;
    }

    /** Its name among TensorBoard's seconds for a thousand images. */
    public String tag() {
        return tag;
    }

    /** Its name in {@code stats.jsonl}, in {@code train --json} and on the wire. */
    public String key() {
        return "sec_" + tag;
    }

    /** The phase of that {@link #key}; empty where the key is another figure's. */
    public static Optional<Phase> of(String key) {
        return Arrays.stream(values()).filter(phase -> phase.key().equals(key)).findFirst();
    }
}
