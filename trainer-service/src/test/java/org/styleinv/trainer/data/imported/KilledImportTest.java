package org.styleinv.trainer.data.imported;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.rendered.Videos;

/** An import as a real process, killed. */
class KilledImportTest {
    private static final ImportedVideos.Settings SETTINGS = new ImportedVideos.Settings(64, 30, 0);

    @TempDir
    Path dir;

    @Test
    void anImportThatIsKilledGoesOnAndEndsAsAnUndisturbedOne() throws Exception {
        for (int i = 0; i < 12; i++) { // more than there are threads, each of which may finish one
            Videos.write(dir.resolve("from/" + i + ".mp4"), 6 + i, 64);
        }
        ImportedVideos.run(dir.resolve("from"), dir.resolve("whole"), SETTINGS, Progress.NONE);
        Map<String, Long> whole = files(dir.resolve("whole"));

        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Importer.class.getName(),
                        dir.resolve("from").toString(),
                        dir.resolve("to").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertEquals("1", out.readLine()); // a video is finished, others are not
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        Map<String, Long> left = files(dir.resolve("to"));
        assertTrue(left.size() < whole.size(), left.size() + " of " + whole.size() + " files were left by the kill");

        ImportedVideos.run(dir.resolve("from"), dir.resolve("to"), SETTINGS, Progress.NONE);
        assertEquals(whole, files(dir.resolve("to")));
    }

    /** What the process runs; after the first finished video it stays where it is, so that the kill falls midway. */
    static final class Importer {
        public static void main(String[] arguments) throws IOException {
            ImportedVideos.run(Path.of(arguments[0]), Path.of(arguments[1]), SETTINGS, (done, total) -> {
                System.out.println(done);
                try {
                    Thread.currentThread().join(); // for ever
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private static Map<String, Long> files(Path folder) throws IOException {
        var files = new TreeMap<String, Long>();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                var sum = new CRC32();
                sum.update(Files.readAllBytes(file));
                files.put(folder.relativize(file).toString(), sum.getValue());
            }
        }
        return files;
    }
}
