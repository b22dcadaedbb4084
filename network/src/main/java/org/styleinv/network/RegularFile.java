package org.styleinv.network;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Opens what is an ordinary file and nothing else: a pipe would make its reader wait for ever and a device may have no
 * end. Links are followed, and what they lead to is judged.
 */
public final class RegularFile {
    private RegularFile() {}

    /** @throws FileRefused in one sentence, where {@code file} is missing or no ordinary file */
    public static FileChannel open(Path file) throws IOException {
        check(file);
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** @throws FileRefused in one sentence, where {@code file} is missing or no ordinary file */
    public static void check(Path file) throws IOException {
        BasicFileAttributes is;
        try {
            is = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new FileRefused(file + " is missing: check the path", e);
        } catch (AccessDeniedException e) {
            throw e; // whoever tells of it knows what to say
        } catch (IOException e) { // a link that leads to itself, or a name that no file can have
            throw new FileRefused(file + " cannot be read: " + e.getMessage(), e);
        }
        if (!is.isRegularFile()) {
            throw new FileRefused(file + " is " + (is.isDirectory() ? "a folder" : "a device, pipe or socket")
                    + ", no file: name a file");
        }
    }
}
