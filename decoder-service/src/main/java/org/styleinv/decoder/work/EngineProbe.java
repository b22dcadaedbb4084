package org.styleinv.decoder.work;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.network.serving.Watchdog;

/**
 * Whether the engine can paint at all. One that is in its model for too long hangs. One that fails at a latent is tried with
 * a latent of the model's own; where that fails, too, it is broken, and is tried again and again.
 *
 * <pre>
 * well ──in its model for long──▶ hanging ──out of it──▶ well
 * well ──a trial fails──▶ broken ──a later trial succeeds──▶ well
 * well, broken ──died──▶ broken for good
 * </pre>
 */
final class EngineProbe implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EngineProbe.class);
    private static final long LOOK_MS = 100;

    private final String name;
    private final Duration stuckAfter;
    private final Runnable trial;
    private final Consumer<Runnable> engine;
    private final Consumer<String> unable;
    private final Watchdog model; // in it alone, not waiting for Kafka
    private final Watchdog landing;
    private final AtomicBoolean trying = new AtomicBoolean(); // whether a broken engine is about to be tried
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "decoder-look");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicBoolean left = new AtomicBoolean(); // whether latents were left since the reader last looked
    private volatile Health broken = Health.WELL; // in trouble: it paints nothing at all

    /**
     * @param name       of the engine's thread
     * @param stuckAfter the engine does not count as hanging before
     * @param trial      paints what every model can; throws if this one cannot
     * @param engine     runs what it is given on the engine's thread
     * @param unable     is told, again and again, why nothing can be painted
     */
    EngineProbe(String name, Duration stuckAfter, Runnable trial, Consumer<Runnable> engine, Consumer<String> unable) {
        this.name = name;
        this.stuckAfter = stuckAfter;
        this.trial = trial;
        this.engine = engine;
        this.unable = unable;
        model = new Watchdog(name + " has been in its model");
        landing = new Watchdog(name + " has been computing one batch");
    }

    /** Looks after the engine from now on. */
    void start() {
        clock.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        able().because().ifPresent(unable);
        if (!broken.isWell() && trying.compareAndSet(false, true)) {
            engine.accept(() -> {
                fails();
                trying.set(false);
            });
        }
    }

    /** Runs what uses the model, on the engine's thread. */
    <T> T inModel(Supplier<T> body) {
        return watched(model, body);
    }

    /** Runs what waits for a batch that the model computes. */
    <T> T landing(Supplier<T> body) {
        return watched(landing, body);
    }

    private static <T> T watched(Watchdog watchdog, Supplier<T> body) {
        watchdog.begin();
        try {
            return body.get();
        } finally {
            watchdog.end();
        }
    }

    /** Whether even a latent of the model's own cannot be painted. On the engine's thread. */
    boolean fails() {
        try {
            broken = inModel(() -> {
                trial.run();
                return Health.WELL;
            });
            return false;
        } catch (RuntimeException e) {
            if (broken.isWell()) {
                LOG.error("the engine paints nothing any more", e);
            }
            broken = Health.trouble(name, name + " paints nothing any more: " + e.getMessage());
            return true;
        }
    }

    /** The engine's thread has ended by that. */
    void died(Throwable failure) {
        LOG.error("the engine died", failure);
        broken = Health.trouble(name, name + " died: " + failure);
    }

    /** In trouble where nothing can be painted now, since the engine hangs or is broken. */
    Health able() {
        for (Watchdog watchdog : List.of(model, landing)) {
            if (watchdog.hangs(stuckAfter)) {
                return Health.of(name, watchdog.stuck(Duration.ZERO));
            }
        }
        return broken;
    }

    /** Latents were neither painted nor refused, for another decoder to have them. */
    void left() {
        left.set(true);
    }

    /** As {@link #able}, and once in trouble after latents were left: a reader that saw nothing of a short trouble reads them again. */
    Health reads() {
        Health able = able();
        return able.isWell() && left.getAndSet(false)
                ? Health.trouble(name, name + " left latents, which are read again")
                : able;
    }

    /** In trouble where a batch that the model computes has been on its way for longer than that. */
    Health landing(Duration limit) {
        return Health.of(name, landing.stuck(limit));
    }

    /** In trouble where it fails whatever it is given. */
    Health broken() {
        return broken;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
