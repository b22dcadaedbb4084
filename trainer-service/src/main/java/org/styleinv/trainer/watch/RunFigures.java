package org.styleinv.trainer.watch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import org.styleinv.proto.Progress;

/** The newest lines of figures of a run, for any number of readers, each at its own pace. The run never waits for one. */
final class RunFigures {
    /** What a reader may be behind before it misses lines. */
    static final int KEPT = 256;

    private final Deque<Progress> kept = new ArrayDeque<>();
    private final Set<Runnable> listeners = new CopyOnWriteArraySet<>();
    private long count;
    private boolean ended;
    private @Nullable String failure;

    /** One reader's place. */
    final class Reader {
        private long next;

        private Reader(long next) {
            this.next = next;
        }

        /** The next line that is there; empty where all were read. */
        Optional<Progress> next() {
            synchronized (RunFigures.this) {
                if (next == count) {
                    return Optional.empty();
                }
                long oldest = count - kept.size();
                next = Math.max(next, oldest);
                Progress line = kept.stream().skip(next - oldest).findFirst().orElseThrow();
                next++;
                return Optional.of(line);
            }
        }
    }

    /** A reader that starts with the newest line. */
    synchronized Reader reader() {
        return new Reader(Math.max(0, count - 1));
    }

    /** @param listener is run after every change, by the run's own thread: it must not wait */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    void forget(Runnable listener) {
        listeners.remove(listener);
    }

    void add(Progress line) {
        synchronized (this) {
            kept.add(line);
            count++;
            if (kept.size() > KEPT) {
                kept.remove();
            }
        }
        tell();
    }

    /** @param reason why the run failed, null where it came to its end */
    void end(@Nullable String reason) {
        synchronized (this) {
            ended = true;
            failure = reason;
        }
        tell();
    }

    synchronized boolean ended() {
        return ended;
    }

    synchronized Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    private void tell() {
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                listeners.remove(listener); // whoever watches is no reason for a run to stop
            }
        }
    }
}
