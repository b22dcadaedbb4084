package org.styleinv.motion.broadcast;

import java.util.Optional;

/**
 * Where a broadcast is that this replica makes, or will make in a moment.
 *
 * <pre>
 * unknown ──owned──▶ beginning ──first frame in the engine──▶ made
 *                      │ refused, failed
 *                      └──at once, in 0.5 s, or 5 s──▶ unknown
 *
 * beginning, made ──partition lost──▶ lingering ──owned again──▶ beginning, made
 *                                         └──1 s──▶ over
 * beginning, made, lingering ──stopped, or its last frame has had its time──▶ over
 * </pre>
 */
sealed interface BroadcastState {
    /** Who lost a partition goes on for as long as its next owner may need to begin. */
    long LINGER_NANOS = 1_000_000_000;

    BroadcastState FIRST = new Beginning();

    /** It may go on for as long as its partition is owned. */
    sealed interface Held extends BroadcastState {}

    /** Its first frame is waited for. */
    record Beginning() implements Held {}

    /** The engine has it. */
    record Made(BroadcastSource source) implements Held {}

    /**
     * It goes on, though its partition is another's.
     *
     * @param since when that was noticed, in {@link System#nanoTime}
     */
    record Lingering(Held held, long since) implements BroadcastState {}

    /** Nothing comes of it any more. */
    record Over() implements BroadcastState {}

    /** Its partition is owned. */
    default BroadcastState owned() {
        return this instanceof Lingering lingering ? lingering.held() : this;
    }

    /** Its partition is another's; where that lasts for {@link #LINGER_NANOS} it is over. */
    default BroadcastState lost(long now) {
        if (this instanceof Held held) {
            return new Lingering(held, now);
        }
        return this instanceof Lingering lingering && now - lingering.since() > LINGER_NANOS ? new Over() : this;
    }

    /** Its first frame is in the engine. */
    default BroadcastState begun(BroadcastSource source) {
        if (this instanceof Lingering lingering) {
            return new Lingering(new Made(source), lingering.since());
        }
        return isOver() ? this : new Made(source);
    }

    default boolean isOver() {
        return this instanceof Over;
    }

    /** What makes its frames; none before it has begun, and none when it is over. */
    default Optional<BroadcastSource> frames() {
        return owned() instanceof Made made ? Optional.of(made.source()) : Optional.empty();
    }
}
