package org.styleinv.motion.broadcast;

import io.micrometer.core.instrument.Counter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.styleinv.motion.engine.Animator;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.engine.MotionModel.Step;
import org.styleinv.proto.Latent;

/**
 * One broadcast, as its owner makes it. It runs by the clock: a little ahead of it, and where it falls behind it leaves
 * out what is over, so that two owners of one broadcast make the same frames and need to know nothing of each other.
 */
final class BroadcastSource implements Animator.Source {
    private static final Logger LOG = Logger.getLogger(BroadcastSource.class);

    /** A frame that much after its time is worth nothing to anybody; no decoder paints it. */
    private static final long LATE_MS = 1000;

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LONGEST_WAIT_MS = 1000; // somebody may set the clock

    private final LiveBroadcast live;
    private final MotionModel.Scene scene;
    private final String model;
    private final long leadMs;
    private final InstantSource clock;
    private final Consumer<Latent> out;
    private final Counter dropped;
    private long next = Long.MIN_VALUE; // place of the frame to make
    private boolean closed;
    private long complained = System.nanoTime() - QUIET_NANOS;

    /**
     * @param model digest of the model that makes latents
     * @param leadMs how long before its time a frame is made
     * @param dropped counts frames that were not made because they were over
     */
    BroadcastSource(
            LiveBroadcast live,
            MotionModel.Scene scene,
            String model,
            long leadMs,
            InstantSource clock,
            Consumer<Latent> out,
            Counter dropped) {
        this.live = live;
        this.scene = scene;
        this.model = model;
        this.leadMs = leadMs;
        this.clock = clock;
        this.out = out;
        this.dropped = dropped;
    }

    MotionModel.Scene scene() {
        return scene;
    }

    @Override
    public synchronized List<Step> next(int chunk, int most) {
        List<Step> steps = new ArrayList<>();
        if (closed) {
            return steps;
        }
        long now = clock.millis();
        long shown = Math.max(0, live.place(now));
        if (next < shown) {
            if (next != Long.MIN_VALUE) {
                dropped.increment(Math.min(shown, live.request().total()) - next);
            }
            next = shown;
        }
        long last = Math.min(live.place(now + leadMs), live.request().total() - 1);
        int keys = 0;
        while (keys < most && next <= last) {
            Step step = live.request().step(scene, next);
            steps.add(step);
            keys += step.isKey() ? 1 : 0;
            next++;
        }
        return steps;
    }

    @Override
    public void made(List<Step> steps, List<float[]> latents, Animator.Batch batch) {
        for (int i = 0; i < steps.size(); i++) {
            long place = live.request().place(steps.get(i).index());
            if (!MotionModel.finite(latents.get(i))) {
                failed(new IllegalStateException(
                        "the latent of frame " + steps.get(i).index() + " is not finite"));
                continue;
            }
            out.accept(live.request().latent(live.stream().toString(), model, place, latents.get(i)).toBuilder()
                    .setReplyPartition(live.stream().partition())
                    .setDeadlineMs(live.dueMs(place) + LATE_MS)
                    .build());
        }
    }

    @Override
    public synchronized void failed(Throwable cause) {
        dropped.increment();
        long now = System.nanoTime();
        if (now - complained > QUIET_NANOS) {
            complained = now;
            LOG.warnf(
                    "a broadcast's frames cannot be made and are left out id=%s cause=\"%s\"",
                    live.key(), cause.getMessage());
        }
    }

    @Override
    public double owed() {
        return live.request().latentsPerSecond();
    }

    @Override
    public String toString() {
        return live.stream().toString();
    }

    /** Milliseconds until there is something to make, 0 if there is now. */
    synchronized long untilNext(long nowMs) {
        long due = next == Long.MIN_VALUE ? live.dueMs(0) : live.dueMs(next);
        return Math.max(0, Math.min(LONGEST_WAIT_MS, due - leadMs - nowMs));
    }

    /** Nothing more is made. */
    synchronized void close() {
        closed = true;
    }
}
