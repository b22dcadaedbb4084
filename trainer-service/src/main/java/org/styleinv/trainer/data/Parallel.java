package org.styleinv.trainer.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs numbered pieces of work on all cores, eight at most; the first failure stops the rest and is thrown. */
public final class Parallel {
    private static final int THREADS =
            Math.min(8, Runtime.getRuntime().availableProcessors()); // each holds some frames

    private Parallel() {}

    /** One numbered piece of work. */
    public interface Piece {
        void run(int index) throws IOException;
    }

    public static void run(int count, Piece piece, Progress progress) throws IOException {
        run(
                count,
                piece,
                index -> {
                    throw new IOException("there is not enough memory for piece " + index
                            + ": give more (STYLEINV_JAVA_OPTS=-Xmx2g)");
                },
                progress);
    }

    /**
     * The same, but no piece loses by what its neighbours take: one that finds no memory runs again when all others are done.
     *
     * @param starved hears of a piece that finds none even then
     */
    public static void run(int count, Piece piece, Piece starved, Progress progress) throws IOException {
        Queue<Integer> again = new ConcurrentLinkedQueue<>();
        all(
                count,
                index -> {
                    try {
                        piece.run(index);
                    } catch (OutOfMemoryError e) {
                        again.add(index);
                    }
                },
                progress);
        for (int index : again) {
            try {
                piece.run(index);
            } catch (OutOfMemoryError e) {
                starved.run(index);
            }
        }
    }

    private static void all(int count, Piece piece, Progress progress) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS, Parallel::daemon);
        var stopped = new AtomicBoolean();
        var counter = new Counter(count, progress);
        try {
            var futures = new ArrayList<Future<?>>(count);
            for (int i = 0; i < count; i++) {
                int index = i;
                futures.add(pool.submit(() -> {
                    if (!stopped.get()) {
                        piece.run(index);
                        counter.increment();
                    }
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted after " + counter.done + " of " + count, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            stopped.set(true);
            pool.shutdown();
            awaitTermination(pool);
        }
    }

    /** Pieces under way finish their clean-up before the caller goes on. */
    private static void awaitTermination(ExecutorService pool) {
        try {
            pool.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable work) {
        var thread = new Thread(work, "dataset");
        thread.setDaemon(true);
        return thread;
    }

    /** Counts finished pieces and tells of each, in order. */
    private static final class Counter {
        private final int total;
        private final Progress progress;
        private int done;

        Counter(int total, Progress progress) {
            this.total = total;
            this.progress = progress;
        }

        synchronized void increment() {
            progress.at(++done, total);
        }
    }
}
