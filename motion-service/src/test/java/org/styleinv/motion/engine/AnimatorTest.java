package org.styleinv.motion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How streams share a batch. */
@Timeout(60)
class AnimatorTest {
    private static final int CHUNK = 4;
    private static final int MOST = 16;

    private final FakeMotion motion = new FakeMotion();

    /** Wants so many latents, and writes down in what portions they came. */
    private static final class Viewer implements Animator.Source {
        final List<Integer> portions = new ArrayList<>();
        final CountDownLatch left;
        private final MotionModel.Scene scene;
        private volatile int index; // written by the engine's thread alone
        private final int total;

        Viewer(MotionModel.Scene scene, int total) {
            this.scene = scene;
            this.total = total;
            left = new CountDownLatch(total);
        }

        @Override
        public List<MotionModel.Step> next(int chunk, int most) {
            List<MotionModel.Step> steps = new ArrayList<>();
            while (steps.size() < most && index < total) {
                steps.add(new MotionModel.Step(scene, index++, 1));
            }
            return steps;
        }

        @Override
        public void made(List<MotionModel.Step> steps, List<float[]> latents, Animator.Batch batch) {
            portions.add(steps.size());
            for (int i = 0; i < steps.size(); i++) {
                assertEquals(steps.get(i).index(), (long) latents.get(i)[1]);
                left.countDown();
            }
        }

        @Override
        public void failed(Throwable cause) {}
    }

    private List<List<Integer>> portions(int... totals) throws InterruptedException {
        try (var animator =
                new Animator(() -> motion, CHUNK, MOST, Duration.ofSeconds(60), new SimpleMeterRegistry())) {
            animator.start();
            CountDownLatch gate = new CountDownLatch(1);
            motion.gate = gate;
            var first =
                    new Viewer(motion.begin(new float[4], new float[12], 1), 1); // keeps the engine until all are there
            animator.add(first);
            List<Viewer> viewers = new ArrayList<>();
            for (int total : totals) {
                viewers.add(new Viewer(motion.begin(new float[4], new float[12], 1), total));
            }
            List<Viewer> reversed = new ArrayList<>(viewers);
            Collections.reverse(reversed);
            while (first.index == 0) {
                Thread.onSpinWait();
            }
            reversed.forEach(animator::add); // who came last is served first
            gate.countDown();
            for (Viewer viewer : viewers) {
                assertTrue(viewer.left.await(30, TimeUnit.SECONDS), viewer.left + " of its latents");
            }
            return viewers.stream().map(viewer -> viewer.portions).toList();
        }
    }

    @Test
    void aLoneStreamFillsBatchesFromItsSecondOn() throws Exception {
        assertEquals(List.of(List.of(4, 16, 16, 2)), portions(38));
    }

    @Test
    void streamsShareABatchByChunks() throws Exception {
        assertEquals(List.of(List.of(4, 8, 8), List.of(4, 8, 8)), portions(20, 20));
        motion.batches.clear();
        assertEquals(List.of(List.of(4, 12, 4), List.of(4, 4)), portions(20, 8));
    }

    @Test
    void ofManyEachHasAChunkInTurn() throws Exception {
        assertEquals(
                List.of(List.of(4, 4), List.of(4, 4), List.of(4, 4), List.of(4, 4), List.of(4, 4), List.of(4, 4)),
                portions(8, 8, 8, 8, 8, 8));
    }
}
