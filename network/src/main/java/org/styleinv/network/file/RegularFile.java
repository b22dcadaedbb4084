package org.styleinv.network.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/**
 * Opens what is an ordinary file and nothing else: a pipe would make its reader wait for ever and a device may have no
 * end. Links are followed, and what they lead to is judged. No more is read than a file says it has, for what a system shows
 * of itself as files, below {@code /proc}, says 0, and may have no end either.
 */
public final class RegularFile {
    private static final int CHUNK = 1 << 20;
    private static final int WHOLE = 1 << 28;

    private RegularFile() {}

    /** @throws FileRefused in one sentence, where {@code file} is missing, no ordinary file, or not for this user to read */
    public static FileChannel open(Path file) throws IOException {
        check(file);
        try {
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            throw denied(file, e);
        }
    }

    private static FileRefused denied(Path file, AccessDeniedException e) {
        return new FileRefused(
                file + " cannot be read: access is denied to " + System.getProperty("user.name")
                        + "; check its permissions",
                e);
    }

    /** All that is in a file of 256 MiB at most; as {@link #bytes(Path, int)}. */
    public static byte[] bytes(Path file) throws IOException {
        return bytes(file, WHOLE);
    }

    /**
     * All that is in a small file.
     *
     * @param most bytes
     * @throws FileRefused in one sentence, where it is larger, no ordinary file, or cannot be read
     */
    public static byte[] bytes(Path file, int most) throws IOException {
        try (FileChannel channel = open(file)) {
            long size = channel.size();
            if (size > most) {
                throw new FileRefused(file + " has " + size + " bytes, but at most " + most
                        + " are read of such a file: is it the right one?");
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            read(file, channel, bytes);
            return Arrays.copyOf(bytes.array(), bytes.position());
        }
    }

    /** Reads as much of {@code bytes} as there is. */
    static void read(Path file, FileChannel channel, ByteBuffer bytes) throws FileRefused {
        try {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Copies a file to where there is none yet. */
    static void copy(Path file, Path to) throws IOException {
        try (FileChannel from = open(file);
                FileChannel into = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
            for (long left = from.size(); left > 0; left -= bytes.position()) {
                read(file, from, bytes.clear().limit((int) Math.min(CHUNK, left)));
                if (bytes.position() == 0) {
                    throw new FileRefused(file + " became shorter while it was copied: leave it alone meanwhile");
                }
                ByteBuffer some = bytes.duplicate().flip();
                while (some.hasRemaining()) {
                    into.write(some);
                }
            }
        }
    }

    /** What a disk or a system said while {@code file} was read, as a sentence that names it. */
    static FileRefused unreadable(Path file, IOException why) {
        return why instanceof FileRefused told
                ? told
                : new FileRefused(
                        file + " cannot be read: " + (why.getMessage() == null ? why : why.getMessage())
                                + "; is its disk sound?",
                        why);
    }

    /** @throws FileRefused in one sentence, where {@code file} is missing, no ordinary file, or in a folder that is closed to this user */
    public static void check(Path file) throws IOException {
        BasicFileAttributes is;
        try {
            is = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new FileRefused(file + " is missing: check the path", e);
        } catch (AccessDeniedException e) {
            throw denied(file, e);
        } catch (IOException e) { // a link that leads to itself, or a name that no file can have
            String why = e instanceof FileSystemException told && told.getReason() != null
                    ? told.getReason()
                    : String.valueOf(e.getMessage());
            throw new FileRefused(file + " cannot be read (" + why + "): check the path", e);
        }
        if (!is.isRegularFile()) {
            throw new FileRefused(file + " is " + (is.isDirectory() ? "a folder" : "a device, pipe or socket")
                    + ", no file: name a file");
        }
    }
}
