package org.styleinv.mesh.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.styleinv.broker.Ports;

/** One thread of another process stands still, and the rest of it answers. */
@Timeout(60)
class DebuggerTest {
    private static final String COUNT = "DebuggerTest$Counting.count";

    /** Counts on one thread, and says how far it is whenever it is asked on another. */
    static final class Counting {
        private static volatile long number;

        private Counting() {}

        public static void main(String[] arguments) throws IOException {
            var counter = new Thread(Counting::count, "counter");
            counter.setDaemon(true);
            counter.start();
            while (number == 0) {
                Thread.onSpinWait();
            }
            var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            System.out.println("counting");
            while (questions.readLine() != null) {
                System.out.println(number);
            }
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        private static void count() {
            while (true) {
                number++;
            }
        }
    }

    private final int port = Ports.free();
    private Process process;
    private BufferedWriter questions;
    private BufferedReader answers;

    @BeforeEach
    void start() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        Debugger.agent(port),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Counting.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        questions = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
        assertEquals("counting", answers.readLine());
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    private long ask() throws IOException {
        questions.write("how far?\n");
        questions.flush();
        return Long.parseLong(answers.readLine());
    }

    private void awaitMoreThan(long number) throws IOException {
        while (ask() <= number) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aThreadThatIsHeldStandsStillAndGoesOnAfterwards() throws IOException {
        long held;
        try (var debugger = Debugger.attach(port)) {
            assertTrue(debugger.hold("counter", COUNT));
            held = ask();
            for (int i = 0; i < 200; i++) {
                assertEquals(held, ask());
            }
        }
        awaitMoreThan(held);
    }

    @Test
    void theDoorOpensAgainAfterEachThatLeft() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (var debugger = Debugger.attach(port)) {
                assertTrue(debugger.hold("counter", COUNT));
            }
        }
    }

    @Test
    void aThreadThatIsElsewhereRunsOn() throws IOException {
        try (var debugger = Debugger.attach(port)) {
            assertFalse(debugger.hold("counter", "BatchPainter.begin"));
            awaitMoreThan(ask());
        }
    }

    @Test
    void aThreadThatThereIsNotIsAnErrorThatNamesThoseThereAre() throws IOException {
        try (var debugger = Debugger.attach(port)) {
            String sentence = assertThrows(
                            IllegalArgumentException.class, () -> debugger.hold("decoder-engine", "BatchPainter.begin"))
                    .getMessage();
            assertTrue(sentence.contains("\"decoder-engine\"") && sentence.contains("counter"), sentence);
        }
    }
}
