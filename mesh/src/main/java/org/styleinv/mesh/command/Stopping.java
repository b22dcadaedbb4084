package org.styleinv.mesh.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Ctrl-C: tells those who ask that the end has come, and takes away what was only for the time of the run. */
public final class Stopping {
    private static final Set<Path> SCRATCH = ConcurrentHashMap.newKeySet();
    private static final int ATTEMPTS = 5;
    private static volatile boolean requested;

    private Stopping() {}

    /** Listens from now on; to be called once, before anything starts. */
    public static void listen() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            requested = true;
                            SCRATCH.forEach(Stopping::delete);
                        },
                        "styleinv-stopping"));
    }

    /** Whether the process was told to stop. */
    public static boolean requested() {
        return requested;
    }

    /** A new folder in {@code parent} that is gone at the end of the process at the latest. */
    public static Path scratch(Path parent) throws IOException {
        Files.createDirectories(parent);
        Path folder = Files.createTempDirectory(parent, ".styleinv-");
        SCRATCH.add(folder);
        return folder;
    }

    /** Deletes {@code folder} with all in it, also while another thread is still writing there. */
    public static void delete(Path folder) {
        SCRATCH.remove(folder);
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(folder); attempt++) {
            if (attempt > 0) {
                pause();
            }
            try (Stream<Path> content = Files.walk(folder)) {
                content.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            } catch (IOException | UncheckedIOException e) {
                // something went while it was looked at; the next attempt sees what is left
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
