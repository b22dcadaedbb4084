package org.styleinv.network.serving;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The one thread that owns an engine and its model: it loads the model, does one job after another, changes over to the next
 * model between two jobs, and frees the last one.
 *
 * <pre>
 * loading --model there--> working --close, or interrupted--> over: waiting calls fail, the model is freed
 *    |                        |
 *  fails: start throws,    a job throws: dead, its owner is told; waiting calls fail, the model is freed
 *  waiting calls fail
 * </pre>
 *
 * @param <M> kind of the model
 */
public final class EngineThread<M extends ServedModel> implements AutoCloseable {
    /** Thrown when this engine cannot serve; callers try another. */
    public static final class Unable extends RejectedExecutionException {
        private static final long serialVersionUID = 1;

        public Unable(String why) {
            super(why);
        }
    }

    /** Something to do on the engine's thread. */
    @FunctionalInterface
    public interface Job {
        void run() throws InterruptedException;
    }

    /** What waits for the engine. Calls may be added by any thread. */
    public interface Jobs {
        /** Puts a call in front of all other work. */
        void call(Runnable body);

        /** Waits for something to do. */
        Job next() throws InterruptedException;
    }

    private final Supplier<? extends M> load;
    private final Jobs jobs;
    private final Consumer<Throwable> died;
    private final String owner;
    private final Thread thread;
    private final Watchdog watchdog;
    private final CompletableFuture<M> loaded = new CompletableFuture<>();
    private final Set<CompletableFuture<?>> asked = ConcurrentHashMap.newKeySet(); // calls without an answer

    @SuppressWarnings("NullAway.Init") // before the model is loaded
    private volatile M model;

    private volatile boolean closed;
    private volatile boolean dead;

    /**
     * @param name  of the thread
     * @param job   what one job is, as in "one batch"
     * @param owner whose engine it is, as in "the decoder": who is shutting down
     * @param load  loads the model, on the thread
     * @param died  is told what a job threw, after which the engine does nothing more
     */
    public EngineThread(
            String name, String job, String owner, Supplier<? extends M> load, Jobs jobs, Consumer<Throwable> died) {
        this.load = load;
        this.jobs = jobs;
        this.died = died;
        this.owner = owner;
        watchdog = new Watchdog(name + " has been at " + job);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Loads the model; throws why it cannot. */
    public M start() {
        thread.start();
        try {
            return loaded.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(owner + " was interrupted while its model was loaded", e);
        }
    }

    /** The model in use, after {@link #start} returned. */
    public M model() {
        return model;
    }

    /** How long the engine has been at one job. */
    public Watchdog watchdog() {
        return watchdog;
    }

    /** Runs a short function of the model before all other work. Fails with {@link Unable} where nothing runs any more. */
    public <T> CompletableFuture<T> call(Function<M, T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        asked.add(result);
        result.whenComplete((answer, failure) -> asked.remove(result));
        if (closed) {
            result.completeExceptionally(unable());
            return result;
        }
        jobs.call(() -> {
            if (result.isDone()) {
                return;
            }
            try {
                result.complete(body.apply(model));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /**
     * Uses another model from the next job on, and frees the one before. Where nothing runs any more, {@code next} is freed.
     *
     * @param announce is told, on the engine's thread, that {@code next} is in use
     */
    public CompletableFuture<Void> replace(M next, Consumer<? super M> announce) {
        return handOver(next, before -> {
            model = next;
            announce.accept(next);
            before.close();
        });
    }

    /** Gives another model to what takes it, on the engine's thread; where nothing runs any more, {@code next} is freed. */
    public CompletableFuture<Void> handOver(ServedModel next, Consumer<? super M> take) {
        AtomicBoolean taken = new AtomicBoolean();
        CompletableFuture<Void> done = call(running -> {
            taken.set(true);
            take.accept(running);
            return null;
        });
        return done.whenComplete((nothing, failure) -> {
            if (!taken.get()) {
                next.close();
            }
        });
    }

    private Unable unable() {
        return new Unable(owner + (dead ? "'s engine has died" : " is shutting down"));
    }

    private void failCalls() {
        asked.forEach(call -> call.completeExceptionally(unable()));
    }

    private void run() {
        try {
            model = load.get();
        } catch (RuntimeException | Error e) {
            dead = true;
            closed = true;
            failCalls();
            loaded.completeExceptionally(e);
            return;
        }
        loaded.complete(model);
        try {
            while (!closed) {
                Job job = jobs.next();
                watchdog.begin();
                job.run();
                watchdog.end();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it ends
        } catch (RuntimeException | Error e) { // from now on its job counts as one that hangs
            dead = true;
            died.accept(e);
        } finally {
            closed = true;
            failCalls();
            model.close();
        }
    }

    /** Ends the job in hand, and frees the model on its own thread. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        jobs.call(() -> {});
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
