package org.styleinv.mesh;

import io.quarkus.runtime.annotations.QuarkusMain;
import org.styleinv.mesh.command.Stopping;
import org.styleinv.mesh.command.StyleinvCommand;

/** Where the JVM comes in. Plain on purpose: a command that needs no mesh never starts Quarkus. */
@QuarkusMain
public final class Main {
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    private Main() {}

    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        // Java knows what a container may use; the engine by itself takes every core of the machine. Motion and decoder
        // compute at the same time, each on its share: more compute threads than cores spin, and all wait.
        if (System.getProperty(THREADS) == null) {
            int cores = Runtime.getRuntime().availableProcessors();
            System.setProperty(THREADS, Integer.toString(Math.max(1, cores / 2)));
        }
        Stopping.listen();
        System.exit(StyleinvCommand.execute(arguments));
    }
}
