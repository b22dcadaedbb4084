package org.styleinv.mesh.command.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.styleinv.mesh.Main;

/** Output that nobody reads, or that has no room. */
@Timeout(120)
class OutputTest {
    @TempDir
    private Path folder;

    private static Output full(boolean pipe) {
        return new Output(
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        throw new IOException("no room");
                    }
                },
                pipe);
    }

    @Test
    void theFirstWriteThatFailsEndsTheWork() {
        Output output = full(true);
        assertEquals(0, output.settled(0));
        var lines = new PrintStream(output, true, StandardCharsets.UTF_8);
        assertThrows(Output.Lost.class, () -> lines.println("a line"));
        assertEquals(Output.READER_LEFT, output.settled(0));
    }

    @Test
    void whatHasNoRoomIsAFailure() {
        Output output = full(false);
        assertThrows(Output.Lost.class, () -> output.write(1));
        assertEquals(1, output.settled(0));
    }

    /** A process of its own; {@code shell} says what becomes of its output, {@code "$@"} is the command. */
    private Process start(String shell, List<String> options, String... arguments) throws IOException {
        var line = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("-XX:TieredStopAtLevel=1");
        line.addAll(options);
        line.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line)
                .redirectError(folder.resolve("said").toFile())
                .start();
    }

    private List<String> said() throws IOException {
        return Files.readString(folder.resolve("said"))
                .lines()
                .filter(line ->
                        !line.contains("Picked up J")) // the JVM's word on JAVA_TOOL_OPTIONS and JDK_JAVA_OPTIONS
                .toList();
    }

    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @ValueSource(strings = {"exec \"$@\" >/dev/full", "exec \"$@\" 1</dev/null"})
    void lostOutputIsOneSentenceAndExitCode1(String shell) throws Exception {
        Process help = start(shell, List.of(), "generate", "--help");
        assertTrue(help.waitFor(60, TimeUnit.SECONDS));
        assertEquals(1, help.exitValue());
        assertEquals(1, said().size(), said().toString());
        assertTrue(said().get(0).startsWith("styleinv: standard output cannot be written"), said().toString());
    }

    /** It waits for a frame that never comes, and would not write for ten minutes. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aReaderThatLeavesEndsWorkThatHasNothingToWrite() throws Exception {
        try (var nobody = new java.net.ServerSocket(0)) { // takes connections, and says nothing
            Process watch = start(
                    "exec \"$@\"",
                    List.of(),
                    "watch",
                    "--bootstrap",
                    "localhost:" + nobody.getLocalPort(),
                    "--wait",
                    "600");
            watch.getInputStream().close();
            assertTrue(watch.waitFor(60, TimeUnit.SECONDS), "it works for nobody");
            assertEquals(Output.READER_LEFT, watch.exitValue());
            assertEquals(List.of(), said());
        }
    }
}
