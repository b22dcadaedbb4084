package org.styleinv.motion.engine;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.styleinv.door.Health;
import org.styleinv.door.meter.Meters;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.network.serving.EngineThread;
import org.styleinv.network.serving.Watchdog;

/** What the engine's thread does: streams take turns, a few timestamps of each make up a batch. */
public final class Animator implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Animator.class);
    private static final String ENGINE = "motion-engine";

    /** A stream, as the engine sees it; its text is its name in the log. */
    public interface Source {
        /**
         * The timestamps it wants next, of which at most {@code most} are keys ({@link Step#isKey}). Who can wait gives none until it wants
         * {@code chunk}: a batch of fewer is filled up, and costs as much. Who has no clock can wait for {@code most}, which cost less together.
         *
         * @param most from {@code chunk} on
         */
        List<Step> next(int chunk, int most);

        /** Their latents, which were made in that batch. */
        void made(List<Step> steps, List<float[]> latents, Batch batch);

        /** The model could not make them. */
        void failed(Throwable cause);

        /** Latents a second that it takes though it never asked whether there is room, as a broadcast does. */
        default double owed() {
            return 0;
        }
    }

    /**
     * Latents that were made together.
     *
     * @param begun by the clock of nanoseconds
     * @param size  latents
     */
    public record Batch(long begun, long ended, int size) {}

    private record Share(Source source, List<Step> steps) {}

    private final EngineThread<MotionModel> engine;
    private final int chunk;
    private final int maxBatch;
    private final Duration stuckAfter;
    private final DistributionSummary batches;
    private final Timer making;
    private final LatentRate rate;
    private final Deque<Runnable> calls = new ArrayDeque<>();
    private final Deque<Source> sources = new ArrayDeque<>();
    private final Set<Source> fresh = new HashSet<>(); // of which nothing was made yet
    private boolean awake;

    /** @param stuckAfter the engine does not count as hanging before */
    public Animator(
            Supplier<? extends MotionModel> load, int chunk, int maxBatch, Duration stuckAfter, MeterRegistry meters) {
        this.stuckAfter = stuckAfter;
        this.chunk = chunk;
        this.maxBatch = maxBatch;
        rate = new LatentRate(maxBatch);
        making = Meters.time(meters, "styleinv.motion.making", "how long a batch of latents was made");
        Meters.gauge(
                meters,
                "styleinv.motion.latents.rate",
                "latents a second that full batches would give now; NaN before the first",
                () -> Double.isFinite(rate()) ? rate() : Double.NaN);
        batches = Meters.sizes(meters, "styleinv.motion.batch.size", "latents made together");
        engine = new EngineThread<>(
                ENGINE,
                "one batch",
                "motion-service",
                load,
                new Turns(),
                failure -> LOG.error("the engine died", failure));
    }

    /** Loads the model; throws why it cannot. What is returned answers questions about itself to any thread. */
    public MotionModel start() {
        return engine.start();
    }

    /** Runs a short function of the model between two batches. */
    public <T> CompletableFuture<T> call(Function<MotionModel, T> body) {
        return engine.call(body);
    }

    /** Lets new streams begin with {@code next}; where nothing is animated any more, {@code next} is freed. */
    CompletableFuture<Void> replace(ReplaceableMotion motion, MotionModel next) {
        return engine.handOver(next, running -> {
            rate.forget();
            motion.replace(next);
        });
    }

    public synchronized void add(Source source) {
        sources.addFirst(source); // a new viewer is served first
        fresh.add(source);
        wake();
    }

    public synchronized void remove(Source source) {
        sources.remove(source);
        fresh.remove(source);
    }

    /** Latents a second that it would make in full batches now. */
    public double rate() {
        return rate.perSecond(System.nanoTime());
    }

    /** Latents a second that are taken by those who never asked whether there is room. */
    public synchronized double owed() {
        return sources.stream().mapToDouble(Source::owed).sum();
    }

    /** Some stream may want more. */
    public synchronized void wake() {
        awake = true;
        notifyAll();
    }

    Watchdog watchdog() {
        return engine.watchdog();
    }

    /** In trouble where nothing can be made now, since the engine hangs, or died: others must do it. */
    public Health able() {
        return watchdog().hangs(stuckAfter) ? health(Duration.ZERO) : Health.WELL;
    }

    /** In trouble where the engine has been at one batch for longer than {@code limit}. */
    public Health health(Duration limit) {
        return Health.of(ENGINE, watchdog().stuck(limit));
    }

    /** A call if there is one, else a batch as soon as there may be one. */
    private final class Turns implements EngineThread.Jobs {
        @Override
        public void call(Runnable body) {
            synchronized (Animator.this) {
                calls.add(body);
                wake();
            }
        }

        @Override
        public EngineThread.Job next() throws InterruptedException {
            synchronized (Animator.this) {
                while (calls.isEmpty() && !awake) {
                    Animator.this.wait();
                }
                Runnable call = calls.poll();
                return call != null ? call::run : () -> animate(engine.model(), gather());
            }
        }
    }

    /**
     * As many chunks of each stream as all streams can have, at least one, and again, while the batch has room; of one that begins a single chunk, so that its
     * first frame comes soon.
     */
    private List<Share> gather() {
        List<Source> turn;
        synchronized (this) {
            awake = false; // whoever wakes from here on is seen in the next round
            turn = new ArrayList<>(sources);
        }
        Map<Source, List<Step>> shares = new LinkedHashMap<>();
        int portion = Math.max(1, maxBatch / Math.max(1, turn.size()) / chunk) * chunk;
        int size = 0;
        while (size < maxBatch && !turn.isEmpty()) {
            List<Source> again = new ArrayList<>();
            for (Source source : turn) {
                int most = Math.min(isNew(source) ? chunk : portion, maxBatch - size);
                if (most == 0) {
                    break;
                }
                List<Step> steps = new ArrayList<>();
                give(source, one -> steps.addAll(one.next(Math.min(chunk, most), most)));
                if (!steps.isEmpty()) {
                    shares.computeIfAbsent(source, first -> new ArrayList<>()).addAll(steps);
                    size += (int) steps.stream().filter(Step::isKey).count();
                    if (!isNew(source)) {
                        again.add(source);
                    }
                }
            }
            turn = again;
        }
        if (!shares.isEmpty()) {
            synchronized (this) {
                for (Source source : shares.keySet()) { // to the end of the queue
                    fresh.remove(source);
                    if (sources.remove(source)) {
                        sources.addLast(source);
                    }
                }
                awake = true; // there may be more to do for them
            }
        }
        return shares.entrySet().stream()
                .map(share -> new Share(share.getKey(), share.getValue()))
                .toList();
    }

    private synchronized boolean isNew(Source source) {
        return fresh.contains(source);
    }

    private void animate(MotionModel motion, List<Share> shares) {
        if (shares.isEmpty()) {
            return;
        }
        List<Step> steps =
                shares.stream().flatMap(share -> share.steps().stream()).toList();
        List<float[]> latents;
        long begun = System.nanoTime();
        try {
            latents = motion.latents(steps);
        } catch (RuntimeException failure) {
            if (shares.size() == 1) {
                LOG.errorf(
                        failure,
                        "a stream's latents could not be made stream=%s",
                        shares.get(0).source());
                give(shares.get(0).source(), source -> source.failed(failure));
            } else { // one that the engine chokes on must not take its neighbours along
                shares.forEach(share -> animate(motion, List.of(share)));
            }
            return;
        }
        var batch = new Batch(begun, System.nanoTime(), steps.size());
        making.record(batch.ended() - begun, TimeUnit.NANOSECONDS);
        rate.made((int) steps.stream().filter(Step::isKey).count(), batch.ended() - begun, batch.ended());
        batches.record(steps.size());
        int from = 0;
        for (Share share : shares) {
            List<float[]> own = latents.subList(from, from + share.steps().size());
            give(share.source(), source -> source.made(share.steps(), own, batch));
            from += own.size();
        }
    }

    /** Hands something to a stream; what it throws ends it alone. */
    private void give(Source source, Consumer<Source> what) {
        try {
            what.accept(source);
        } catch (RuntimeException failure) {
            LOG.errorf(failure, "a stream could not take its latents stream=%s", source);
            remove(source);
            try {
                source.failed(failure);
            } catch (RuntimeException e) {
                LOG.errorf(e, "a stream could not be told so stream=%s", source);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        engine.close();
    }
}
