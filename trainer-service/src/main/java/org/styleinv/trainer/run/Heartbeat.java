package org.styleinv.trainer.run;

import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Says that a run is alive where nothing else was heard of it for some seconds. */
final class Heartbeat implements AutoCloseable {
    private static final long SECONDS = 8; // a run is never silent for 10

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(runnable -> {
        Thread thread = new Thread(runnable, "heartbeat");
        thread.setDaemon(true);
        return thread;
    });
    private volatile long heard = System.nanoTime();
    private long said = heard;

    /** @param state what to say, asked for when it is said */
    Heartbeat(Supplier<String> state, Consumer<String> out) {
        timer.scheduleAtFixedRate(
                () -> {
                    long now = System.nanoTime();
                    if (now - Math.max(heard, said) >= SECONDS * 1_000_000_000L) {
                        said = now;
                        out.accept(String.format(
                                Locale.ROOT, "%s, last figures %d s ago", state.get(), (now - heard) / 1_000_000_000L));
                    }
                },
                SECONDS,
                SECONDS / 4,
                TimeUnit.SECONDS);
    }

    /** Something was heard. */
    void beat() {
        heard = System.nanoTime();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
