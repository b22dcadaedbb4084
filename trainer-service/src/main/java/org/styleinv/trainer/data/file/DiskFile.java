package org.styleinv.trainer.data.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** A file that lies on the disk. */
public record DiskFile(Path path, Path place, long size, FileTime modified) implements DataFile {
    public DiskFile(Path path, Path place, BasicFileAttributes attributes) {
        this(path, place, attributes.size(), attributes.lastModifiedTime());
    }

    @Override
    public InputStream open() throws IOException {
        return Files.newInputStream(path);
    }

    /**
     * The file itself. Where its name has bytes that are no characters of this locale's encoding, no library finds it by its
     * text, so a link with a plain name leads there.
     */
    @Override
    public Local local() throws IOException {
        return plain(path) ? new Itself(path) : Scratch.link(path);
    }

    private static boolean plain(Path path) {
        try {
            return Path.of(path.toString()).equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private record Itself(Path path) implements Local {
        @Override
        public void close() {}
    }
}
