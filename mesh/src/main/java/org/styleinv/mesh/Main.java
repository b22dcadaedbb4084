package org.styleinv.mesh;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Locale;
import java.util.Set;
import org.styleinv.mesh.command.StyleinvCommand;
import org.styleinv.mesh.command.output.Logging;
import org.styleinv.mesh.command.output.Output;
import org.styleinv.mesh.stop.Stopping;

/** Where the JVM comes in. Plain on purpose: a command that needs no mesh never starts Quarkus. */
@QuarkusMain
public final class Main {
    private static final String THREADS = "ai.djl.pytorch.num_threads";

    /** What runs for others than the reader of its output. */
    private static final Set<String> SERVICES = Set.of("up", "broker");

    private Main() {}

    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        // HTTP is compressed by Java itself. Brotli would unpack a library into the temporary folder, and leave it
        // there.
        System.setProperty("brotli4j.library.path", "/nowhere/libbrotli.so");
        // Whoever runs it may count and write otherwise than programs do; also in libraries, such as Kafka's file
        // names.
        Locale.setDefault(Locale.ROOT);
        Output.open();
        Logging.nativeLibraries();
        // Java knows what a container may use; the engine by itself takes every core of the machine. Motion and decoder
        // compute at the same time, each on its share: more compute threads than cores spin, and all wait.
        if (System.getProperty(THREADS) == null) {
            int cores = Runtime.getRuntime().availableProcessors();
            System.setProperty(THREADS, Integer.toString(Math.max(1, cores / 2)));
        }
        Stopping.listen();
        if (arguments.length == 0 || !SERVICES.contains(arguments[0])) {
            Output.endWithReader();
        }
        System.exit(Output.settle(StyleinvCommand.execute(arguments)));
    }
}
