package org.styleinv.mesh.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.checkpoint.ModelJudge;

/**
 * Gets the engine ready while the broker starts: libtorch is loaded, and each network makes something once, which compiles the
 * texts that the services call. What fails here is told by the services, which do it all in any case.
 */
final class EngineAhead {
    private static final long LEAVE_MS = TimeUnit.SECONDS.toMillis(10);

    private EngineAhead() {}

    /** The thread that is at it, and ends in silence. */
    static Thread start(Path model) {
        var thread = new Thread(() -> prepare(model), "styleinv-engine-ahead");
        thread.setDaemon(true);
        // libtorch must not be at work when the end of the process takes its memory away.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> await(thread), "styleinv-engine-ahead-ends"));
        thread.start();
        return thread;
    }

    private static void prepare(Path model) {
        try {
            ModelJudge.judge(ModelFolder.open(model));
        } catch (IOException | RuntimeException | LinkageError e) {
            // a service says it in its own sentence
        }
    }

    private static void await(Thread thread) {
        try {
            thread.join(LEAVE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
