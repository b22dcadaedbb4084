package org.styleinv.motion.stream;

/**
 * Where a stream is, from its first latent to its last frame.
 *
 * <pre>
 * running, behind ──nothing heard of the client──▶ paused ──heard again──▶ behind ──caught up with the clock──▶ running
 *
 * running, paused, behind ──last frame taken, client left, failed──▶ over
 * running, behind ──waited too long for a frame──▶ over
 * </pre>
 */
sealed interface SessionState {
    /** Latents are made and sent. */
    record Running() implements SessionState {}

    /** It runs, but was paused and has not caught up; it does not count as late, for that is its client's doing. */
    record Behind() implements SessionState {}

    /**
     * Nothing is made or sent; what is in work is kept, and frames that come are handed on.
     *
     * @param since when it was noticed that nothing is heard, in {@link System#nanoTime}
     */
    record Paused(long since) implements SessionState {}

    /** What comes now is dropped. */
    record Over() implements SessionState {}

    /** Whether latents are made and sent. */
    default boolean runs() {
        return this instanceof Running || this instanceof Behind;
    }

    default boolean isOver() {
        return this instanceof Over;
    }

    /** Nothing is heard of the client. */
    default SessionState silent(long now) {
        return runs() ? new Paused(now) : this;
    }

    /** The client is there. */
    default SessionState heard() {
        return this instanceof Paused ? new Behind() : this;
    }

    /** It has what it should have by now. */
    default SessionState caughtUp() {
        return this instanceof Behind ? new Running() : this;
    }
}
