package org.styleinv.studio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.styleinv.proto.GenerateRequest;

/** A folder with runs of training as the trainer leaves them: one that goes on, one that has ended, one that was killed. */
public final class TrainedRuns {
    /** Lines of figures of the live run. */
    public static final int LINES = 120;

    private static Path folder;

    private TrainedRuns() {}

    static synchronized Path make() {
        try {
            folder = Files.createTempDirectory("styleinv-runs-");
            run("live", LINES, "generator");
            Files.writeString(
                    folder.resolve("live/.lock"), ProcessHandle.current().pid() + " a-token");
            Files.writeString(
                    folder.resolve("live/stats.jsonl"), "{\"stage\": \"gen", java.nio.file.StandardOpenOption.APPEND);
            run("ended", 3000, "motion");
            Files.writeString(folder.resolve("ended/ended.json"), "{}");
            Files.writeString(
                    folder.resolve("ended/stats.jsonl"),
                    "{\"stage\":\"motion\",\"kimg\":3000.0,\"measures\":[{\"metric\":\"fvd16\",\"value\":123.5}]}\n",
                    java.nio.file.StandardOpenOption.APPEND);
            run("killed", 2, "encoder");
            Files.writeString(folder.resolve("killed/.lock"), "999999999 a-token"); // no process has that id
            Files.setLastModifiedTime(
                    folder.resolve("killed/stats.jsonl"), java.nio.file.attribute.FileTime.fromMillis(0));
            Files.createDirectories(folder.resolve("no-run"));
            Files.writeString(folder.resolve("secret.png"), "a secret");
            Files.createSymbolicLink(folder.resolve("live/pictures/link.png"), folder.resolve("secret.png"));
            Files.createSymbolicLink(folder.resolve("linked"), folder.resolve("live"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String name, int lines, String stage) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        var text = new StringBuilder();
        for (int i = 1; i <= lines; i++) {
            text.append(String.format(
                    Locale.ROOT,
                    "{\"stage\":\"%s\",\"kimg\":%.1f,\"sec_per_kimg\":%s,\"loss_g\":%.3f,\"loss_d\":%.3f,\"scores_real\":%.3f,\"rss_mb\":%d,\"eta_s\":%d}%n",
                    stage,
                    i * 0.5,
                    i == 1 ? "null" : "12.5",
                    2.0 / i + 1,
                    1 + Math.sin(i / 9.0) / 4,
                    1 - 1.0 / i,
                    900 + i,
                    (lines - i) * 6));
        }
        Files.writeString(run.resolve("stats.jsonl"), text);
        for (String picture : List.of(stage + "-000000.png", stage + "-000004.png", "reals.png")) {
            Path file = Files.createDirectories(run.resolve("pictures")).resolve(picture);
            Files.write(file, FakeMesh.picture(FakeMesh.rgb(GenerateRequest.getDefaultInstance(), 5), "png"));
        }
        Files.write(
                Files.createDirectories(run.resolve("clips")).resolve(stage + "-000004.mp4"),
                new byte[] {0, 0, 0, 8, 'f', 't', 'y', 'p'});
    }

    static synchronized void delete() {
        if (folder == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
