package org.styleinv.motion.stream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Latent;

/**
 * The places of a stream, counted from 0 as its frames are sent: so many are opened, so many accepted by the client, and a
 * window between them is under way. For one thread at a time.
 *
 * @param <T> what the client receives
 */
final class Places<T> {
    /** A place under way: asked of the engine, then sent out, then answered. */
    static final class Place<T> {
        @Nullable
        Latent latent; // null until the engine has made it

        @Nullable
        T answer; // null until it came

        int replyPartition; // that it was last sent with
        long lastSent;
        int sent;

        boolean unanswered() {
            return latent != null && answer == null;
        }
    }

    private final long total;
    private final int window;
    private final Map<Long, Place<T>> underWay = new HashMap<>();
    private long opened;
    private long accepted;

    /** @param total places of the stream */
    Places(long total, int window) {
        this.total = total;
        this.window = window;
    }

    /** Whether so many can be opened; as many as there are left, or as the window takes, are enough. */
    boolean room(int wanted) {
        long left = Math.min(window, total - opened);
        return left > 0 && opened - accepted + Math.min(wanted, left) <= window;
    }

    /** Opens the next place and returns its number. */
    long open() {
        underWay.put(opened, new Place<>());
        return opened++;
    }

    /** Null where that place is not under way. */
    @Nullable
    Place<T> at(long number) {
        return underWay.get(number);
    }

    /** The number of the place that the client gets next, which is how many it has. */
    long accepted() {
        return accepted;
    }

    boolean isAccepted(long number) {
        return number >= 0 && number < accepted;
    }

    boolean allAccepted() {
        return accepted == total;
    }

    /** The place that the client gets next; null if the engine was not asked for it yet. */
    @Nullable
    Place<T> next() {
        return underWay.get(accepted);
    }

    /** Whether the client's next frame is there. */
    boolean nextIsThere() {
        Place<T> next = next();
        return next != null && next.answer != null;
    }

    /** The client takes it. */
    T accept() {
        return Objects.requireNonNull(Objects.requireNonNull(underWay.remove(accepted++)).answer);
    }

    /** Made, sent or not, and not answered. */
    List<Place<T>> unanswered() {
        List<Place<T>> found = new ArrayList<>();
        for (Place<T> place : underWay.values()) {
            if (place.unanswered()) {
                found.add(place);
            }
        }
        return found;
    }

    void clear() {
        underWay.clear();
    }
}
