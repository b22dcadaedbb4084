package org.styleinv.decoder.work;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches batches from the device on a thread of its own, one at a time, while the engine's thread has the next one computed: a GPU
 * has something to do while the host copies pixels. One batch at most is on its way; all but {@link #close} is for the engine's thread.
 */
final class Lander implements AutoCloseable {
    /** A batch that could not be fetched. */
    record Failed(List<Work> works, RuntimeException cause) {}

    private final Runnable failed;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread fresh = new Thread(task, "decoder-land");
        fresh.setDaemon(true);
        return fresh;
    });
    private @Nullable Future<Optional<Failed>> onItsWay;

    /** @param failed wakes the engine's thread up, on the other one: there is something to {@link #settle} */
    Lander(Runnable failed) {
        this.failed = failed;
    }

    /** Lands a batch; the one before has been settled. */
    void land(List<Work> works, Runnable fetch) {
        onItsWay = thread.submit(() -> {
            boolean landed = false;
            try {
                fetch.run();
                landed = true;
                return Optional.empty();
            } catch (RuntimeException e) {
                return Optional.of(new Failed(works, e));
            } finally {
                if (!landed) {
                    failed.run();
                }
            }
        });
    }

    /** Waits for the batch that is on its way, if one is, and says whether it could not be fetched. */
    Optional<Failed> settle() throws InterruptedException {
        Future<Optional<Failed>> before = onItsWay;
        if (before == null) {
            return Optional.empty();
        }
        onItsWay = null;
        try {
            return before.get();
        } catch (ExecutionException e) {
            throw (Error) Objects.requireNonNull(e.getCause()); // the rest is caught above
        }
    }

    /** Gives the batch that is on its way two seconds. */
    @Override
    public void close() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
            thread.shutdownNow();
        }
    }
}
