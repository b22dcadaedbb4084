package org.styleinv.network.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** Writes small files that others read whole: they see the old one or the new one, and nothing is left of a failure. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Writes beside {@code file}, then moves in its place.
     *
     * @throws IOException in a sentence that names the file, where it cannot be written
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path part = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            Files.write(part, content);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(file, e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** What a disk or a system said while {@code file} was written, as a sentence that names it: of a full disk Java says no name. */
    static IOException unwritable(Path file, IOException why) {
        return why instanceof FileSystemException
                ? why
                : new IOException(
                        file + " cannot be written: " + why.getMessage()
                                + "; make room on its disk, or name another path",
                        why);
    }
}
