package org.styleinv.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Replaces a folder that others read as a whole: what comes is made beside it under a name of its own, what was there is
 * put aside, the new one renamed into place and looked at once more there; where anything goes wrong the old one is put
 * back. One replaces at a time, the others wait; what killed ones have left is mended and cleared by the next.
 */
public final class FolderReplacement {
    /** With others who replace the same folder. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** What makes the new folder. */
    @FunctionalInterface
    public interface Work<T> {
        /** @param folder empty, and only this caller's; it may be written to and read */
        T in(Path folder) throws IOException;
    }

    private final Path place;
    private final Pattern leftOver;

    private FolderReplacement(Path folder) {
        place = folder.toAbsolutePath().normalize();
        leftOver = Pattern.compile(
                "\\." + Pattern.quote(place.getFileName().toString()) + "\\.(new|old|part)(-[0-9a-f-]{36})?");
    }

    /** Replaces {@code folder}, which may be absent, by what {@code work} makes. */
    public static <T> T replace(Path folder, Work<T> work) throws IOException {
        return new FolderReplacement(folder).locked(false, work);
    }

    /** As {@link #replace}, but {@code work} begins with a copy of what is there. */
    public static <T> T edit(Path folder, Work<T> work) throws IOException {
        return replace(folder, at -> {
            if (Files.exists(folder)) {
                copy(folder, at);
            }
            return work.in(at);
        });
    }

    /**
     * As {@link #replace}, where there must be nothing yet: parents that are missing are made, and are gone again without
     * success.
     *
     * @throws FileRefused where {@code folder} has something in it, or is a file
     */
    public static <T> T make(Path folder, Work<T> work) throws IOException {
        FolderReplacement replacement = new FolderReplacement(folder);
        replacement.checkFree();
        List<Path> made = new ArrayList<>();
        for (Path at = replacement.place.getParent(); at != null && !Files.exists(at); at = at.getParent()) {
            made.add(at);
        }
        try {
            T result = replacement.locked(true, work);
            made.clear();
            return result;
        } finally {
            for (Path at : made) {
                if (!isEmpty(at) || !at.toFile().delete()) {
                    break; // somebody else's by now
                }
            }
        }
    }

    private <T> T locked(boolean free, Work<T> work) throws IOException {
        Path lock = place.resolveSibling("." + place.getFileName() + ".lock");
        try (FolderLock held = FolderLock.take(
                lock,
                PATIENCE,
                pid -> place + " is being replaced by process " + pid + " since more than " + PATIENCE.toMinutes()
                        + " minutes: wait for it, or stop it")) {
            mend();
            if (free) {
                checkFree();
            }
            Path coming = Files.createDirectory(beside("new"));
            try {
                T result = work.in(coming);
                rename(coming);
                return result;
            } finally {
                delete(coming);
            }
        }
    }

    private Path beside(String what) {
        return place.resolveSibling("." + place.getFileName() + "." + what + "-" + UUID.randomUUID());
    }

    /** One that replaced may have been killed between its two renames, or before. */
    private void mend() throws IOException {
        List<Path> left;
        try (Stream<Path> all = Files.list(place.getParent())) {
            left = all.filter(path ->
                            leftOver.matcher(path.getFileName().toString()).matches())
                    .toList();
        }
        for (Path path : left) {
            if (path.getFileName().toString().contains(".old") && !Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(path, place, StandardCopyOption.ATOMIC_MOVE);
            } else {
                delete(path);
            }
        }
    }

    private void rename(Path coming) throws IOException {
        String made = digest(coming);
        Path going = beside("old");
        boolean replaces = Files.exists(place, LinkOption.NOFOLLOW_LINKS);
        if (replaces) {
            Files.move(place, going, StandardCopyOption.ATOMIC_MOVE);
        }
        try {
            Files.move(coming, place, StandardCopyOption.ATOMIC_MOVE);
            if (!made.equals(digest(place))) {
                throw new IOException(place + " is not what was put there: another program writes to it");
            }
        } catch (IOException | RuntimeException e) {
            if (replaces) {
                if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(place, beside("part"), StandardCopyOption.ATOMIC_MOVE);
                }
                Files.move(going, place, StandardCopyOption.ATOMIC_MOVE);
            }
            mend();
            throw e;
        }
        delete(going);
    }

    /** Of the names and the content of all files. */
    private static String digest(Path folder) throws IOException {
        MessageDigest digest = Sha256.start();
        for (Path file : files(folder)) {
            digest.update((folder.relativize(file) + "=" + Sha256.of(file) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !Files.isDirectory(path)).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void checkFree() throws IOException {
        if (Files.exists(place) && !Files.isDirectory(place)) {
            throw new FileRefused(place + " is a file: name a folder that does not exist yet");
        }
        if (!isEmpty(place)) {
            throw new FileRefused(place + " is not empty: name a folder that does not exist yet");
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        }
    }

    /**
     * Copies a folder with all in it, and what its links lead to.
     *
     * @throws FileRefused naming what is neither a file nor a folder, or a link that leads back
     */
    public static void copy(Path from, Path into) throws IOException {
        try (Stream<Path> all = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path at = into.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(at);
                } else {
                    RegularFile.check(path);
                    Files.copy(path, at);
                }
            }
        } catch (UncheckedIOException e) {
            throw new FileRefused(from + " cannot be copied: " + e.getCause().getMessage(), e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
