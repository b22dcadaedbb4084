package org.styleinv.decoder.work;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.styleinv.decoder.DecoderConfig;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.NotFinite;
import org.styleinv.decoder.engine.PictureEncoder;
import org.styleinv.door.Health;
import org.styleinv.network.serving.EngineThread;
import org.styleinv.network.serving.Watchdog;

/**
 * What the engine's thread does: it paints batches of latents and answers calls in between; compressing and writing go on
 * beside it, in the order of the stream.
 */
public final class Painter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Painter.class);
    private static final String ENGINE = "decoder-engine";
    private static final long TEND_MS = 100;
    private static final int MAX_CALLS = 256;

    /** Batches painted and not yet written: enough to keep the engine busy, few enough to bound memory. */
    private static final int BATCHES_AHEAD = 3;

    private final EngineThread<Decoder> engine;
    private final Consumer<List<Decoder.Variant>> announce;
    private final WorkQueue queue;
    private final int maxBatch;
    private final Duration maxWait;
    private final float jpegQuality;
    private final ExecutorService encoders;
    private final ExecutorService sender;
    private final ScheduledExecutorService clock;
    private final Semaphore ahead = new Semaphore(BATCHES_AHEAD);
    private final DistributionSummary batches;
    private final BatchPainter batchPainter = new BatchPainter(); // for the engine's thread only
    private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
    private final Duration stuckAfter;
    private final AtomicBoolean trying = new AtomicBoolean(); // whether an engine that failed is being tried again
    private volatile boolean closed;
    private volatile Health engineHealth = Health.WELL; // in trouble: it paints nothing at all
    private final Watchdog inModel =
            new Watchdog(ENGINE + " has been in its model"); // in it alone, not waiting for Kafka
    private final Watchdog sending = new Watchdog("decoder-send has been at one batch");

    /** @param announce tells all others what is painted from now on, on the engine's thread */
    public Painter(
            Supplier<Decoder> load,
            Consumer<List<Decoder.Variant>> announce,
            WorkQueue queue,
            DecoderConfig config,
            MeterRegistry meters) {
        this.announce = announce;
        this.queue = queue;
        maxBatch = config.maxBatch();
        maxWait = config.maxWait();
        jpegQuality = config.jpegQuality();
        stuckAfter = config.stuckAfter();
        engine = new EngineThread<>(
                ENGINE, "one batch", "the decoder", () -> used(load.get()), new Batches(), this::died);
        encoders = Executors.newFixedThreadPool(config.encoders(), task -> daemon(task, "decoder-encode"));
        sender = Executors.newSingleThreadExecutor(task -> daemon(task, "decoder-send"));
        clock = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "decoder-tend"));
        batches = meters.summary("styleinv.decoder.batch.size");
        Gauge.builder("styleinv.decoder.queue", queue, WorkQueue::size).register(meters);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Loads the model and announces what it can paint; throws why it cannot. */
    public void start() {
        engine.start();
        clock.scheduleWithFixedDelay(this::tend, TEND_MS, TEND_MS, TimeUnit.MILLISECONDS);
    }

    private Decoder used(Decoder next) {
        use(next);
        return next;
    }

    private void died(Throwable failure) {
        LOG.error("the engine died", failure);
        engineHealth = Health.trouble(ENGINE, ENGINE + " died: " + failure);
    }

    /** What the queue has next. */
    private final class Batches implements EngineThread.Jobs {
        @Override
        public void call(Runnable body) {
            queue.call(body);
        }

        @Override
        public EngineThread.Job next() throws InterruptedException {
            WorkQueue.Job job = queue.next(maxBatch, maxWait);
            if (job instanceof WorkQueue.Batch batch) {
                return () -> paint(batch.works());
            }
            return () -> inModel(() -> {
                ((WorkQueue.Call) job).body().run();
                return job;
            });
        }
    }

    /** Runs a short function of the model, before the latents that wait. */
    public <T> CompletableFuture<T> call(Function<Decoder, T> body) {
        Optional<String> why = closed ? Optional.empty() : able().because(); // who closes says so
        if (why.isPresent()) {
            return CompletableFuture.failedFuture(new EngineThread.Unable(why.get()));
        }
        if (queue.calls() >= MAX_CALLS) {
            return CompletableFuture.failedFuture(
                    new RejectedExecutionException("the decoder has " + MAX_CALLS + " calls waiting, try later"));
        }
        CompletableFuture<T> result = engine.call(body);
        unanswered.add(result);
        result.whenComplete((answer, failure) -> unanswered.remove(result));
        return result;
    }

    /**
     * Paints with another model from the next batch on, and frees the one before. Latents that wait are painted by the new
     * one; those of a variant that is gone are refused.
     */
    public CompletableFuture<Void> replace(Decoder next) {
        return engine.replace(next, this::use);
    }

    private void use(Decoder next) {
        batchPainter.use(next);
        announce.accept(next.variants());
    }

    /** In trouble where a loop of this counts as stuck; the one behind first, for it holds up the other. */
    public Health health(Duration limit) {
        return Health.first(
                Health.of("decoder-send", sending.stuck(limit)),
                engineHealth,
                Health.of(ENGINE, engine.watchdog().stuck(limit)));
    }

    /** In trouble where nothing can be painted now, since the model hangs, or fails whatever it is given: others must do it. */
    public Health able() {
        return inModel.hangs(stuckAfter) ? Health.of(ENGINE, inModel.stuck(Duration.ZERO)) : engineHealth;
    }

    /** Tells those who wait for an answer that none will come, and lets an engine that failed try once more. */
    private void tend() {
        Optional<String> why = able().because();
        if (why.isEmpty()) {
            return;
        }
        unanswered.forEach(call -> call.completeExceptionally(new EngineThread.Unable(why.get())));
        if (!engineHealth.isWell() && trying.compareAndSet(false, true)) {
            queue.call(() -> {
                fails();
                trying.set(false);
            });
        }
    }

    private void paint(List<Work> asked) throws InterruptedException {
        long now = System.currentTimeMillis();
        List<Work> works = new ArrayList<>();
        for (Work work : asked) {
            if (work.expired(now)) {
                work.end(new Outcome.Dropped());
            } else {
                works.add(work);
            }
        }
        if (works.isEmpty()) {
            return;
        }
        if (!engineHealth.isWell()) {
            return; // nobody commits them, so another decoder has them
        }
        ahead.acquire();
        boolean handedOn = false;
        try {
            Work.Kind kind = works.get(0).key.kind();
            Optional<String> missing = batchPainter.missing(kind);
            if (missing.isPresent()) {
                gone(works, missing.get());
                return;
            }
            List<byte[]> pixels = inModel(() -> batchPainter.paint(works));
            batches.record(works.size());
            handOn(
                    works,
                    pixels,
                    batchPainter.variant(kind.variant()),
                    kind.other().map(batchPainter::variant));
            handedOn = true;
        } catch (RuntimeException failure) {
            refuse(works, failure);
        } finally {
            if (!handedOn) {
                ahead.release();
            }
        }
    }

    /** One latent that the engine chokes on must not take its neighbours along. */
    private void refuse(List<Work> works, RuntimeException failure) throws InterruptedException {
        if (works.size() > 1) {
            LOG.warnf(
                    "batch failed, its frames are painted one by one size=%d cause=\"%s\"",
                    works.size(), failure.getMessage());
            ahead.release();
            try {
                for (Work work : works) {
                    paint(List.of(work));
                }
            } finally {
                ahead.acquire();
            }
        } else if (failure instanceof NotFinite) {
            refuse(works.get(0), Refusal.Reason.NOT_FINITE, failure.getMessage());
        } else if (!fails()) { // it is the latent's fault, not the engine's
            refuse(works.get(0), Refusal.Reason.DECODE_FAILED, failure.getMessage());
        }
    }

    /** Whether even a latent of the model's own cannot be painted. */
    private boolean fails() {
        try {
            inModel(() -> {
                batchPainter.tryOut();
                return engineHealth = Health.WELL;
            });
            return false;
        } catch (RuntimeException e) {
            if (engineHealth.isWell()) {
                LOG.error("the engine paints nothing any more", e);
            }
            engineHealth = Health.trouble(ENGINE, ENGINE + " paints nothing any more: " + e.getMessage());
            return true;
        }
    }

    private <T> T inModel(Supplier<T> body) {
        inModel.begin();
        try {
            return body.get();
        } finally {
            inModel.end();
        }
    }

    private static void refuse(Work work, Refusal.Reason reason, @Nullable String sentence) {
        work.end(new Outcome.Refused(new Refusal(reason, String.valueOf(sentence))));
    }

    /** They were read while the model still had the variant. */
    private void gone(List<Work> works, String variant) {
        works.forEach(work -> refuse(
                work,
                Refusal.Reason.UNKNOWN_VARIANT,
                "the model was replaced, and the new one has no variant \"" + variant + "\""));
    }

    private void handOn(
            List<Work> works, List<byte[]> pixels, Decoder.Variant variant, Optional<Decoder.Variant> other) {
        List<Future<byte[]>> encoded = new ArrayList<>();
        for (int i = 0; i < works.size(); i++) {
            byte[] rgb = pixels.get(i);
            Work work = works.get(i);
            encoded.add(encoders.submit(
                    () -> PictureEncoder.encode(rgb, variant.resolution(), work.key.encoding(), jpegQuality)));
        }
        sender.execute(() -> {
            sending.begin();
            try {
                for (int i = 0; i < works.size(); i++) {
                    send(works.get(i), encoded.get(i), variant, other);
                }
            } finally {
                sending.end();
                ahead.release();
            }
        });
    }

    private void send(Work work, Future<byte[]> encoded, Decoder.Variant variant, Optional<Decoder.Variant> other) {
        try {
            work.end(new Outcome.Painted(encoded.get(), variant, other));
        } catch (ExecutionException e) {
            refuse(
                    work,
                    Refusal.Reason.DECODE_FAILED,
                    Objects.requireNonNull(e.getCause()).getMessage());
        } catch (InterruptedException | CancellationException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Finishes what is being painted and closes the model on its own thread. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        clock.shutdownNow();
        engine.close();
        encoders.shutdown();
        sender.shutdown();
        if (!sender.awaitTermination(2, TimeUnit.SECONDS)) {
            sender.shutdownNow();
        }
        encoders.shutdownNow();
    }
}
