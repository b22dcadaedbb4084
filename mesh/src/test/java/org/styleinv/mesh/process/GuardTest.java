package org.styleinv.mesh.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process does not outlive the one that started it, and is not ended by a guard that was let go. */
@Timeout(60)
class GuardTest {
    /** Starts a process with its guard, says its number, and waits for its own end. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] arguments) throws Exception {
            Process child = new ProcessBuilder("sleep", "600").start();
            Guard guard = Guard.of(child.pid());
            System.out.println(child.pid());
            child.waitFor();
            guard.close();
        }
    }

    /** Whether it has ended; where nobody reaps orphans it stays as a zombie. */
    private static boolean over(ProcessHandle child) throws IOException {
        try {
            return !child.isAlive()
                    || Files.readString(Path.of("/proc", Long.toString(child.pid()), "stat"))
                            .contains(") Z ");
        } catch (NoSuchFileException e) {
            return !child.isAlive(); // gone meanwhile, or no Linux
        }
    }

    @Test
    void aProcessWhoseParentIsKilledEnds() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Parent.class.getName())
                .start();
        try (var said = parent.inputReader(StandardCharsets.UTF_8)) {
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(said.readLine())).orElseThrow();
            assertTrue(child.isAlive());
            parent.destroyForcibly().waitFor(); // kill -9
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!over(child)) {
                assertTrue(System.nanoTime() < end, "it goes on without its parent");
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } finally {
            parent.destroyForcibly();
        }
    }

    @Test
    void aGuardThatIsLetGoEndsNothing() throws IOException, InterruptedException {
        Process child = new ProcessBuilder("sleep", "600").start();
        try {
            Guard guard = Guard.of(child.pid());
            guard.close();
            assertEquals(0, guard.exit());
            assertTrue(child.isAlive());
            child.destroy();
            assertTrue(child.waitFor(20, TimeUnit.SECONDS));
            assertFalse(child.isAlive());
        } finally {
            child.destroyForcibly();
        }
    }
}
