package org.styleinv.trainer.data.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.styleinv.trainer.data.file.DataFile.Local;

/** A file in a temporary folder of its own, which goes with it. */
final class Scratch implements Local {
    private static final int LONGEST_ENDING = 8;

    private final Path path;

    private Scratch(String name) throws IOException {
        String ending = name.substring(Math.max(name.lastIndexOf('.'), 0));
        boolean plain = ending.length() <= LONGEST_ENDING && ending.matches("\\.[A-Za-z0-9]+");
        path = Files.createTempDirectory("styleinv-data-").resolve("file" + (plain ? ending : ""));
    }

    /** {@code content} under a name that ends as {@code name} does. */
    static Scratch copy(String name, InputStream content) throws IOException {
        Scratch scratch = new Scratch(name);
        try {
            Files.copy(content, scratch.path);
            return scratch;
        } catch (IOException | RuntimeException | Error e) {
            scratch.close();
            throw e;
        }
    }

    /** A link to {@code target} under a name that ends likewise. */
    static Scratch link(Path target) throws IOException {
        Scratch scratch = new Scratch(target.getFileName().toString());
        try {
            Files.createSymbolicLink(scratch.path, target.toAbsolutePath());
            return scratch;
        } catch (IOException | RuntimeException e) {
            scratch.close();
            throw e;
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
        Files.delete(path.getParent());
    }
}
