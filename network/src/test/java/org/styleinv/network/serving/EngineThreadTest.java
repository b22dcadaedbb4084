package org.styleinv.network.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.network.serving.EngineThread.Unable;

@Timeout(60)
class EngineThreadTest {
    private static final class Model implements ServedModel {
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public ModelSwap.Size size() {
            return new ModelSwap.Size(1, 1);
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** Calls first, then work. */
    private static final class Line implements EngineThread.Jobs {
        final LinkedBlockingDeque<EngineThread.Job> jobs = new LinkedBlockingDeque<>();

        @Override
        public void call(Runnable body) {
            jobs.addFirst(body::run);
        }

        @Override
        public EngineThread.Job next() throws InterruptedException {
            return jobs.take();
        }
    }

    private final Model model = new Model();
    private final Line line = new Line();
    private final AtomicReference<Throwable> death = new AtomicReference<>();
    private final EngineThread<Model> engine =
            new EngineThread<>("test-engine", "one job", "the test", () -> model, line, death::set);

    private static Throwable failure(CompletableFuture<?> call) {
        return assertThrows(ExecutionException.class, () -> call.get(30, TimeUnit.SECONDS))
                .getCause();
    }

    @Test
    void aModelThatCannotBeLoadedIsTheCallersToHear() {
        IllegalStateException damaged = new IllegalStateException("the model is damaged");
        var broken = new EngineThread<Model>(
                "broken-engine",
                "one job",
                "the test",
                () -> {
                    throw damaged;
                },
                line,
                death::set);
        assertSame(damaged, assertThrows(IllegalStateException.class, broken::start));
        assertInstanceOf(Unable.class, failure(broken.call(any -> 1)));
    }

    @Test
    void whatACallThrowsIsTheCallersAndTheEngineGoesOn() throws Exception {
        assertSame(model, engine.start());
        assertInstanceOf(StackOverflowError.class, failure(engine.call(any -> {
            throw new StackOverflowError();
        })));
        assertInstanceOf(IllegalArgumentException.class, failure(engine.call(any -> {
            throw new IllegalArgumentException("no such latent");
        })));
        assertEquals(
                "test-engine",
                engine.call(any -> Thread.currentThread().getName()).get(30, TimeUnit.SECONDS));
        engine.close();
    }

    @Test
    void whatAJobThrowsEndsTheEngineAndItsOwnerIsTold() throws Exception {
        engine.start();
        OutOfMemoryError full = new OutOfMemoryError("planted");
        line.jobs.addLast(() -> {
            throw full;
        });
        assertTrue(model.closed.await(30, TimeUnit.SECONDS), "the model is not freed");
        assertSame(full, death.get());
        assertEquals(
                "the test's engine has died", failure(engine.call(any -> 1)).getMessage());
        Model next = new Model();
        assertInstanceOf(Unable.class, failure(engine.replace(next, any -> {})));
        assertTrue(next.closed.await(30, TimeUnit.SECONDS), "a model that nobody takes is not freed");
    }

    @Test
    void whoWaitsAtTheEndIsTold() throws Exception {
        engine.start();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        line.jobs.addLast(() -> {
            begun.countDown();
            go.await();
        });
        begun.await();
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        Thread closer = new Thread(() -> {
            try {
                engine.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        closer.start();
        for (int i = 0; i < 50; i++) { // before and after it closes
            calls.add(engine.call(any -> 1));
        }
        go.countDown();
        closer.join();
        for (CompletableFuture<Integer> call : calls) {
            try {
                assertEquals(1, call.get(30, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                assertInstanceOf(Unable.class, e.getCause());
            }
        }
        assertTrue(model.closed.await(30, TimeUnit.SECONDS), "the model is not freed");
    }

    @Test
    void anotherModelTakesOverBetweenTwoJobs() throws Exception {
        engine.start();
        Model next = new Model();
        engine.replace(next, any -> {}).get(30, TimeUnit.SECONDS);
        assertSame(next, engine.model());
        assertTrue(model.closed.await(30, TimeUnit.SECONDS));
        engine.close();
        assertTrue(next.closed.await(30, TimeUnit.SECONDS));
    }
}
