package org.styleinv.mesh.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Ends a process when this one is gone, however that came about: a shell that waits for a word from here, and takes the end
 * of its input without one for the end of its parent. A process that stands still is moved on to end. It itself knows nothing of it.
 */
final class Guard implements AutoCloseable {
    private static final String SCRIPT =
            "trap '' INT HUP QUIT; read -r word || { kill -TERM \"$0\"; kill -CONT \"$0\"; }";

    private final Process shell;

    private Guard(Process shell) {
        this.shell = shell;
    }

    static Guard of(long pid) throws IOException {
        return new Guard(new ProcessBuilder("sh", "-c", SCRIPT, Long.toString(pid))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Waits for the shell's end; what it ended with. */
    int exit() throws InterruptedException {
        return shell.waitFor();
    }

    /** Lets the process be, for it is gone or about to be: its number may soon be another's. */
    @Override
    public void close() {
        try (OutputStream word = shell.getOutputStream()) {
            word.write("over\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // the shell has ended already
        }
    }
}
