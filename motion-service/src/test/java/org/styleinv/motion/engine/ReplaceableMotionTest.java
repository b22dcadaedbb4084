package org.styleinv.motion.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.styleinv.motion.engine.MotionModel.Scene;
import org.styleinv.motion.engine.MotionModel.Step;

class ReplaceableMotionTest {
    private final FakeMotion first = new FakeMotion("first");
    private final FakeMotion second = new FakeMotion("second");
    private final ReplaceableMotion motions = new ReplaceableMotion(first);

    private Scene scene(long motionSeed) {
        return motions.begin(new float[] {1, 0, 0, 0}, new float[12], motionSeed);
    }

    @Test
    void aStreamKeepsTheModelThatItBeganWith() {
        Scene old = scene(1);
        motions.replace(second);
        Scene fresh = scene(2);
        assertEquals("first", old.model());
        assertEquals("second", fresh.model());
        assertEquals("second", motions.digest());
        List<float[]> latents = motions.latents(
                List.of(new Step(fresh, 7, 1), new Step(old, 8, 1), new Step(fresh, 9, 1), new Step(old, 10, 1)));
        assertEquals(2, first.made.get());
        assertEquals(2, second.made.get());
        assertEquals(
                List.of("2 7", "1 8", "2 9", "1 10"),
                latents.stream().map(w -> (int) w[0] + " " + (int) w[1]).toList(),
                "each latent is where its step was");
    }

    @Test
    void aModelThatTheEngineNoLongerTakesIsFreed() throws InterruptedException {
        Animator animator = new Animator(() -> motions, 4, 8, Duration.ofSeconds(10), new SimpleMeterRegistry());
        animator.start();
        animator.close();
        assertThrows(CompletionException.class, () -> animator.replace(motions, second)
                .join());
        assertTrue(second.closed);
    }

    @Test
    void aModelThatWasReplacedIsFreedWithItsLastStream() {
        Scene a = scene(1);
        Scene b = scene(2);
        motions.replace(second);
        motions.end(a);
        assertTrue(!first.closed);
        motions.end(b);
        assertTrue(first.closed);
        assertEquals(1, motions.models());
    }

    @Test
    void fiftySwapsLeaveOneModel() {
        Scene kept = scene(1);
        for (int i = 0; i < 50; i++) {
            motions.replace(new FakeMotion("next-" + i));
            motions.end(scene(i));
        }
        assertEquals(2, motions.models(), "the newest, and the one that a stream still has");
        motions.end(kept);
        assertEquals(1, motions.models());
        assertTrue(first.closed);
    }

    @Test
    void allAreFreedAtTheEnd() {
        scene(1);
        motions.replace(second);
        motions.close();
        assertTrue(first.closed && second.closed);
    }
}
