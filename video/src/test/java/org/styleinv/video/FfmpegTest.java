package org.styleinv.video;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In a JVM of its own, for libraries are loaded once. */
class FfmpegTest {
    /** Its first writer of a video is made by a thread that is interrupted already; the second is not. */
    static final class Interrupted {
        private Interrupted() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            Thread.currentThread().interrupt();
            try {
                new VideoWriter(folder.resolve("first.mp4"), 32, 32, 25).close();
            } catch (Exception e) {
                System.out.println(e); // to have been interrupted is no harm
            }
            Thread.interrupted();
            try (var writer = new VideoWriter(folder.resolve("second.mp4"), 32, 32, 25)) {
                writer.write(new byte[3 * 32 * 32]);
            }
        }
    }

    @Test
    @Timeout(120)
    void whoeverIsInterruptedWhileItLoadsItLoads(@TempDir Path folder) throws Exception {
        Path cache = folder.resolve("cache"); // it is unpacked anew, which is what an interrupt breaks off
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Interrupted.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
