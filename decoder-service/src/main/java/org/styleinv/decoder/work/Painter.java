package org.styleinv.decoder.work;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.styleinv.decoder.DecoderConfig;
import org.styleinv.decoder.engine.Decoder;
import org.styleinv.decoder.engine.FrameMarker;
import org.styleinv.decoder.engine.NotFinite;
import org.styleinv.door.Health;
import org.styleinv.door.meter.Exemplars;
import org.styleinv.door.meter.Meters;
import org.styleinv.network.serving.EngineThread;

/**
 * What the engine's thread does: it has batches of latents painted and answers calls in between. What is painted is fetched and leaves
 * beside it ({@link Lander}, {@link FrameOutlet}), and whether it can paint at all is looked after ({@link EngineProbe}).
 */
public final class Painter implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Painter.class);
    private static final String ENGINE = "decoder-engine";
    private static final int MAX_CALLS = 256;

    private final EngineThread<Decoder> engine;
    private final Consumer<List<Decoder.Variant>> announce;
    private final WorkQueue queue;
    private final int maxBatch;
    private final Duration maxWait;
    private final FrameMarker marker;
    private final Lander lander;
    private final FrameOutlet outlet;
    private final DistributionSummary batches;
    private final Function<String, Timer> waited;
    private final Function<String, Timer> painting;
    private final BatchPainter batchPainter = new BatchPainter(); // for the engine's thread only
    private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
    private final EngineProbe probe;
    private volatile boolean closed;

    /**
     * @param announce tells all others what is painted from now on, on the engine's thread
     * @param marker of every frame
     */
    public Painter(
            Supplier<Decoder> load,
            Consumer<List<Decoder.Variant>> announce,
            WorkQueue queue,
            DecoderConfig config,
            FrameMarker marker,
            MeterRegistry meters) {
        this.announce = announce;
        this.queue = queue;
        maxBatch = config.maxBatch();
        maxWait = config.maxWait();
        this.marker = marker;
        outlet = new FrameOutlet(
                marker,
                config.encoders(),
                config.jpegQuality(),
                Meters.times(meters, "styleinv.decoder.encoding", "how long a frame was compressed"));
        lander = new Lander(() -> queue.call(() -> {}));
        probe = new EngineProbe(ENGINE, config.stuckAfter(), batchPainter::tryOut, queue::call, this::tellUnable);
        engine = new EngineThread<>(
                ENGINE, "one batch", "the decoder", () -> used(load.get()), new Batches(), probe::died);
        waited = Meters.times(
                meters, "styleinv.decoder.wait", "how long a latent waited from being read to being painted");
        painting = Meters.times(
                meters,
                "styleinv.decoder.painting",
                "how long a batch of frames was painted, until its pixels were there");
        batches = Meters.sizes(meters, "styleinv.decoder.batch.size", "frames painted together");
        Meters.gauge(meters, "styleinv.decoder.queue", "latents that wait to be painted", queue::size);
    }

    /** Loads the model and announces what it can paint; throws why it cannot. */
    public void start() {
        engine.start();
        probe.start();
    }

    private Decoder used(Decoder next) {
        use(next);
        return next;
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
            return () -> {
                settle();
                probe.inModel(() -> {
                    ((WorkQueue.Call) job).body().run();
                    return job;
                });
            };
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
        marker.prepare(next);
        batchPainter.use(next);
        announce.accept(next.variants());
    }

    /** In trouble where a loop of this counts as stuck; the one behind first, for it holds up the other. */
    public Health health(Duration limit) {
        return Health.first(
                outlet.health(limit),
                probe.broken(),
                probe.landing(limit),
                Health.of(ENGINE, engine.watchdog().stuck(limit)));
    }

    /** In trouble where nothing can be painted now, since the model hangs, or fails whatever it is given: others must do it. */
    public Health able() {
        return probe.able();
    }

    /** As {@link #able}, and once in trouble after latents were left: for the reader alone, which then reads them again. */
    public Health reads() {
        return probe.reads();
    }

    /** Whoever waits for an answer asks another decoder. */
    private void tellUnable(String why) {
        unanswered.forEach(call -> call.completeExceptionally(new EngineThread.Unable(why)));
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
        if (!probe.broken().isWell()) {
            probe.left(); // nobody commits them, so another decoder has them
            return;
        }
        outlet.awaitRoom();
        boolean begun = false;
        RuntimeException failure = null;
        try {
            begun = begin(works);
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            if (!begun) {
                outlet.giveBackRoom();
            }
        }
        if (failure != null) {
            settle(); // the frames of the batch before come first
            refuse(works, failure);
        }
    }

    /** Has a batch computed, for which there is room, and fetched; false if its variant is gone. */
    private boolean begin(List<Work> works) throws InterruptedException {
        Work.Kind kind = works.get(0).key.kind();
        Optional<String> missing = batchPainter.missing(kind);
        if (missing.isPresent()) {
            gone(works, missing.get());
            return false;
        }
        Timer waiting = waited.apply(kind.variant());
        works.forEach(work -> Exemplars.record(waiting, work.age(), work.spans));
        long begun = System.nanoTime();
        Decoder.Painting frames = probe.inModel(() -> batchPainter.begin(works));
        boolean landing = false;
        try {
            settle();
            Decoder.Variant base = FrameMarker.base(batchPainter.decoder());
            Decoder.Variant variant = batchPainter.variant(kind.variant());
            Optional<Decoder.Variant> other = kind.other().map(batchPainter::variant);
            lander.land(works, () -> {
                boolean handedOn = false;
                try (frames) {
                    List<byte[]> pixels = probe.landing(frames::pixels);
                    Exemplars.record(painting.apply(kind.variant()), System.nanoTime() - begun, Work.kept(works));
                    batches.record(works.size());
                    works.forEach(work -> work.painted(begun, works.size()));
                    outlet.handOn(works, pixels, base, variant, other);
                    handedOn = true;
                } finally {
                    if (!handedOn) {
                        outlet.giveBackRoom();
                    }
                }
            });
            landing = true;
        } finally {
            if (!landing) {
                frames.close();
            }
        }
        return true;
    }

    /** Waits until the batch before has landed. What could not be fetched of it is painted one by one, so that frames stay in order. */
    private void settle() throws InterruptedException {
        Optional<Lander.Failed> failed = lander.settle();
        if (failed.isPresent()) {
            refuse(failed.get().works(), failed.get().cause());
            settle();
        }
    }

    /** One latent that the engine chokes on must not take its neighbours along. */
    private void refuse(List<Work> works, RuntimeException failure) throws InterruptedException {
        if (closed) {
            return; // its threads may have ended: nobody commits them, so another decoder has them
        }
        if (works.size() > 1) {
            LOG.warnf(
                    "batch failed, its frames are painted one by one size=%d cause=\"%s\"",
                    works.size(), failure.getMessage());
            for (Work work : works) {
                paint(List.of(work));
            }
        } else if (failure instanceof NotFinite) {
            works.get(0).refuse(Refusal.Reason.NOT_FINITE, failure.getMessage());
        } else if (probe.fails()) {
            probe.left();
        } else { // it is the latent's fault, not the engine's
            works.get(0).refuse(Refusal.Reason.DECODE_FAILED, failure.getMessage());
        }
    }

    /** They were read while the model still had the variant. */
    private void gone(List<Work> works, String variant) {
        works.forEach(work -> work.refuse(
                Refusal.Reason.UNKNOWN_VARIANT,
                "the model was replaced, and the new one has no variant \"" + variant + "\""));
    }

    /** Finishes what is being painted and closes the model on its own thread. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        probe.close();
        engine.close();
        lander.close();
        outlet.close();
    }
}
