package org.styleinv.network.serving;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The jobs of an engine that has nothing to do but to answer: one call after another. */
public final class Calls implements EngineThread.Jobs {
    private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();

    @Override
    public void call(Runnable body) {
        waiting.add(body);
    }

    @Override
    public EngineThread.Job next() throws InterruptedException {
        return waiting.take()::run;
    }
}
