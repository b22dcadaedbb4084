package org.styleinv.motion.stream;

import org.styleinv.motion.request.CheckedRequest;

/** When a stream's places are due: in real time from its first frame on, else at once. For one thread at a time. */
final class Pace {
    private final boolean realTime;
    private final double fps;
    private long start; // when the first frame was sent
    private boolean arranged; // a call at the next frame's time is on its way

    Pace(CheckedRequest request) {
        realTime = request.realTime();
        fps = request.fps();
    }

    boolean realTime() {
        return realTime;
    }

    /** Nanoseconds until a place is due, 0 or less once it is; the clock starts with the first. */
    long left(long place, long now) {
        if (!realTime) {
            return 0;
        }
        if (place == 0) {
            start = now;
        }
        return start + (long) (place / fps * 1e9) - now;
    }

    /** Whether a call at the next frame's time must be arranged; then it counts as arranged. */
    boolean arrange() {
        boolean fresh = !arranged;
        arranged = true;
        return fresh;
    }

    /** The call came. */
    void called() {
        arranged = false;
    }
}
