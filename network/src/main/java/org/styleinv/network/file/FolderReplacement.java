package org.styleinv.network.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
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
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a folder that others read as a whole: what comes is made beside it under a name of its own, what was there is
 * put aside, the new one renamed into place and looked at once more there; where anything goes wrong the old one is put
 * back. One replaces at a time, the others wait. What killed ones have left is mended and cleared by the next; one that was
 * killed between its two renames leaves no folder at all, so who wants to read it asks {@link #recover} first.
 *
 * <pre>
 * NAME ----> .NAME.old-* ----> .NAME.part-* ----> gone      an old one is whole, a part may not be
 *   ^-- .NAME.new-*
 * </pre>
 */
public final class FolderReplacement {
    /** With others who replace the same folder. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** Of a reader with one who is between two renames. */
    private static final Duration MOMENT = Duration.ofSeconds(5);

    /** A folder that was put aside, and whose it was. */
    private static final Pattern ASIDE = Pattern.compile("\\.(.+)\\.old(-[0-9a-f-]{36})?");

    /** What makes the new folder. */
    @FunctionalInterface
    public interface Work<T> {
        /** @param folder empty, and only this caller's; it may be written to and read */
        T in(Path folder) throws IOException;
    }

    private final Path place;
    private final Pattern leftOver;

    private FolderReplacement(Path folder) throws FileRefused {
        place = folder.toAbsolutePath().normalize();
        leftOver = Pattern.compile("\\." + Pattern.quote(name(place)) + "\\.(new|old|part)(-[0-9a-f-]{36})?");
    }

    /**
     * The last name of a folder's path.
     *
     * @throws FileRefused where it has none: {@code /}, or {@code ..} often enough
     */
    public static String name(Path folder) throws FileRefused {
        Path last = folder.toAbsolutePath().normalize().getFileName();
        if (last == null) {
            throw new FileRefused(folder
                    + " is the root of a file system, which is no place for a model: name a folder " + "below it");
        }
        return last.toString();
    }

    /** Replaces {@code folder}, which may be absent, by what {@code work} makes. */
    public static <T> T replace(Path folder, Work<T> work) throws IOException {
        return new FolderReplacement(folder).locked(false, work);
    }

    /**
     * Puts the folder back that one who was killed has put aside, where {@code folder} is gone: for who is to read it.
     * Nothing happens where it is there, or where nothing was put aside.
     *
     * @throws FileRefused where it cannot be put back
     */
    public static void recover(Path folder) throws IOException {
        FolderReplacement replacement = new FolderReplacement(folder);
        if (!replacement.isAside()) {
            return;
        }
        try (FolderLock held = replacement.lock(MOMENT)) {
            if (replacement.isAside()) { // nobody was at it
                replacement.mend();
            }
        } catch (FileSystemException e) {
            throw new FileRefused(
                    folder + " is gone, for who replaced it was cut off, and what was there before cannot be put back ("
                            + e.getMessage() + "): replace it again, or rename "
                            + replacement.place.resolveSibling("." + replacement.place.getFileName() + ".old-*")
                            + " to it",
                    e);
        }
    }

    /** As {@link #recover}, for all folders that were in {@code parent}. */
    public static void recoverAll(Path parent) throws IOException {
        for (Path path : list(parent)) {
            Matcher aside = ASIDE.matcher(path.getFileName().toString());
            if (aside.matches()) {
                recover(parent.resolve(aside.group(1)));
            }
        }
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
        try (FolderLock held = lock(PATIENCE)) {
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

    private FolderLock lock(Duration patience) throws IOException {
        return FolderLock.take(
                place.resolveSibling("." + place.getFileName() + ".lock"),
                patience,
                pid -> place + " is being replaced by process " + pid + " since more than " + patience.toSeconds()
                        + " s: wait for it, or stop it");
    }

    /** Whether the folder is gone and another waits beside it to be put back. */
    private boolean isAside() throws IOException {
        return !Files.exists(place, LinkOption.NOFOLLOW_LINKS)
                && list(place.getParent()).stream().anyMatch(path -> isOld(path) && isLeftOver(path));
    }

    private boolean isLeftOver(Path path) {
        return leftOver.matcher(path.getFileName().toString()).matches();
    }

    private static boolean isOld(Path path) {
        return ASIDE.matcher(path.getFileName().toString()).matches();
    }

    private static List<Path> list(@Nullable Path parent) throws IOException {
        if (parent == null || !Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(parent)) {
            return all.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Path beside(String what) {
        return place.resolveSibling("." + place.getFileName() + "." + what + "-" + UUID.randomUUID());
    }

    /** One that replaced may have been killed between its two renames, or before. */
    private void mend() throws IOException {
        for (Path path :
                list(place.getParent()).stream().filter(this::isLeftOver).toList()) {
            if (isOld(path) && !Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
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
        if (replaces) {
            delete(Files.move(going, beside("part"), StandardCopyOption.ATOMIC_MOVE));
        }
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
        checkRoom(from, into);
        try (Stream<Path> all = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path at = into.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(at);
                } else {
                    RegularFile.copy(path, at);
                }
            }
        } catch (UncheckedIOException e) {
            throw new FileRefused(
                    from + " cannot be copied: "
                            + Objects.requireNonNull(e.getCause()).getMessage(),
                    e);
        }
    }

    /** A disk is not filled to its last byte before it turns out that all do not fit: others write to it, too. */
    private static void checkRoom(Path from, Path into) throws IOException {
        long size = 0;
        try (Stream<Path> all = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                size += Files.isRegularFile(path) ? Files.size(path) : 0;
            }
        } catch (UncheckedIOException e) {
            throw new FileRefused(
                    from + " cannot be copied: "
                            + Objects.requireNonNull(e.getCause()).getMessage(),
                    e);
        }
        Path there = into.toAbsolutePath();
        while (!Files.exists(there)) {
            there = Objects.requireNonNull(there.getParent(), "a root is there");
        }
        long free = Files.getFileStore(there).getUsableSpace();
        if (size > free) {
            throw new IOException(from + " has " + (size >> 20) + " MB, but only " + (free >> 20) + " MB are free at "
                    + there + ": make room, or name another place");
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
