package org.styleinv.mesh.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.styleinv.mesh.stop.Failure;

/** The command line of one of our applications as a process of its own. */
final class JavaCommand {
    /**
     * As the launcher's (docs/adr/0022-start.md): what is started again beside running streams is there sooner. Never without the second compiler,
     * for the first does TLS's AES in plain Java, at a sixtieth of the pace (docs/adr/0016-identity.md).
     */
    private static final List<String> SECOND_COMPILER_LATER = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000");

    /** Services have no main of ours in which to say so. */
    private static final List<String> ROOT_LOCALE =
            List.of("-Dfile.encoding=UTF-8", "-Duser.language=", "-Duser.country=", "-Duser.variant=");

    private JavaCommand() {}

    /** @param home the checkout, with the application built */
    static List<String> of(Path home, String module, List<String> options, List<String> arguments) {
        Path application = home.resolve(module).resolve("target/quarkus-app");
        Path jar = application.resolve("quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new Failure("the application " + module + " is not built: run `mvn package` in " + home);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.addAll(SECOND_COMPILER_LATER);
        // Else a heap begins with a 64th of the machine's memory, and garbage fills that before it is collected.
        command.add("-Xms64m");
        command.addAll(ROOT_LOCALE);
        for (String inherited : List.of(
                "ai.djl.pytorch.num_interop_threads",
                "ai.djl.pytorch.num_threads",
                "ai.djl.pytorch.graph_optimizer",
                "styleinv.home")) {
            if (System.getProperty(inherited) != null) {
                command.add("-D" + inherited + "=" + System.getProperty(inherited));
            }
        }
        command.addAll(options);
        command.add("-Dstyleinv.app=" + application);
        command.add("-cp");
        command.add(jar + File.pathSeparator + home.resolve("mesh/target/boot"));
        command.add(Boot.class.getName());
        command.addAll(arguments);
        return command;
    }
}
