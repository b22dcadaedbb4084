package org.styleinv.mesh.stop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoppingTest {
    /** A broker that is being stopped makes its folders again behind whoever deletes them. */
    @Test
    void scratchGoesAfterThoseWhoWriteThere(@TempDir Path folder) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writing.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
    }

    /** Ends while a hook still writes to scratch, which was deleted if nobody waited for it. */
    static final class Writing {
        private Writing() {}

        public static void main(String[] arguments) throws Exception {
            Stopping.listen();
            Path scratch = Stopping.scratch(Path.of(arguments[0]));
            var written = new CountDownLatch(1);
            Stopping.written(written);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(700); // others would be done by then
                while (System.nanoTime() < end) {
                    write(scratch);
                }
                written.countDown();
            }));
            System.exit(0);
        }

        private static void write(Path scratch) {
            try {
                Files.createDirectories(scratch.resolve("topic-0"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
