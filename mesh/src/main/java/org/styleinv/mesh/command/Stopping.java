package org.styleinv.mesh.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Ctrl-C: tells those who ask that the end has come, and takes away what was only for the time of the run. */
public final class Stopping {
    private static final Set<Path> SCRATCH = ConcurrentHashMap.newKeySet();
    private static volatile boolean requested;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            requested = true;
            SCRATCH.forEach(Stopping::delete);
        }, "styleinv-stopping"));
    }

    private Stopping() {
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

    /** Deletes {@code folder} with all in it. */
    public static void delete(Path folder) {
        SCRATCH.remove(folder);
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> content = Files.walk(folder)) {
            content.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // another thread may still be writing there; what is left is a hidden folder, not a result
        }
    }
}
