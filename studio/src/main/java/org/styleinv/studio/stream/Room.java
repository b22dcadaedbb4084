package org.styleinv.studio.stream;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.styleinv.studio.problem.Problem;

/** A bound on how many do the same at a time. Who finds no room is refused at once, and told when to ask again. */
public final class Room {
    private final Semaphore places;
    private final String full;

    /** @param what who is in it, as in "frames on their way" */
    public Room(int places, String what) {
        if (places < 1) {
            throw new IllegalArgumentException("there must be room for at least 1 of the " + what + ", got " + places);
        }
        this.places = new Semaphore(places);
        full = "the studio has " + places + " " + what + ", and no room for more: try again in a second";
    }

    /** Takes a place until it is closed. */
    public Place enter() {
        if (!places.tryAcquire()) {
            throw Problem.busy(full);
        }
        return new Place(places);
    }

    /** A place in a room. Closing it twice frees it once. */
    public static final class Place implements AutoCloseable {
        private @Nullable Semaphore places; // null once it is closed

        private Place(Semaphore places) {
            this.places = places;
        }

        @Override
        public synchronized void close() {
            if (places != null) {
                places.release();
                places = null;
            }
        }
    }
}
