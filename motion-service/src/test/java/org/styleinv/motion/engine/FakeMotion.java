package org.styleinv.motion.engine;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A model whose latent says whose it is: {@code (motion seed, index, time step, w0[0])}. */
public final class FakeMotion implements MotionModel {
    public record FakeScene(float w0, long motionSeed, String model) implements Scene {}

    /** A stream with this motion seed makes the model throw. */
    public static final long POISON = 666;

    /** A first frame whose w0 begins with it leads to latents that are not finite. */
    public static final float NOT_FINITE = 3e38f;

    public final AtomicInteger scenes = new AtomicInteger();
    public final AtomicInteger made = new AtomicInteger();
    public volatile int largestBatch;
    /** Sizes of the batches, in order. */
    public final Queue<Integer> batches = new ConcurrentLinkedQueue<>();
    /** Until it is open the engine hangs in the model. */
    public volatile CountDownLatch gate = new CountDownLatch(0);

    public volatile boolean closed;
    private final String digest;

    public FakeMotion() {
        this("fake-motion");
    }

    public FakeMotion(String digest) {
        this.digest = digest;
    }

    @Override
    public String digest() {
        return digest;
    }

    @Override
    public int wDim() {
        return 4;
    }

    @Override
    public int resolution() {
        return 2;
    }

    @Override
    public Scene begin(float[] w0, float[] x0, long motionSeed, Edits edits) {
        scenes.incrementAndGet();
        return new FakeScene(w0[0], motionSeed, digest);
    }

    @Override
    public List<float[]> latents(List<Step> steps) {
        Uninterruptibles.awaitUninterruptibly(gate);
        batches.add(steps.size());
        largestBatch = Math.max(largestBatch, steps.size());
        if (steps.stream().anyMatch(step -> ((FakeScene) step.scene()).motionSeed() == POISON)) {
            throw new IllegalStateException("poisoned");
        }
        made.addAndGet(steps.size());
        return steps.stream()
                .map(step -> {
                    FakeScene scene = (FakeScene) step.scene();
                    if (scene.w0() == NOT_FINITE) {
                        return new float[] {0, Float.NaN, 0, 0};
                    }
                    return new float[] {scene.motionSeed(), step.index(), (float) step.timeStep(), scene.w0()};
                })
                .toList();
    }

    @Override
    public void end(Scene scene) {
        scenes.decrementAndGet();
    }

    @Override
    public void close() {
        closed = true;
    }
}
