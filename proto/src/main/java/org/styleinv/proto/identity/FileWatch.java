package org.styleinv.proto.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What some files say, read again when one of them has changed. Looks when it is asked, at most once a second; what cannot
 * be read leaves what was read before, is told once, and tried at each look: a file's rights leave no trace in its times.
 *
 * @param <T> what they say
 */
public final class FileWatch<T> implements Supplier<T> {
    private static final System.Logger LOG = System.getLogger(FileWatch.class.getName());
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Reads the files. */
    @FunctionalInterface
    public interface Reader<T> {
        /** @throws IllegalArgumentException in one sentence, if they do not say what they should */
        T read() throws IOException;
    }

    private final List<Path> files;
    private final Reader<T> reader;
    private T now;
    private List<String> stamp; // of what was read
    private List<String> told = List.of(); // of what could not be read
    private long looked;

    private FileWatch(List<Path> files, Reader<T> reader) throws IOException {
        this.files = List.copyOf(files);
        this.reader = reader;
        stamp = stamp();
        now = reader.read();
        looked = System.nanoTime();
    }

    /**
     * Reads the files once, and again when they change.
     *
     * @throws IllegalArgumentException in one sentence, if they cannot be read or do not say what they should
     */
    public static <T> FileWatch<T> of(List<Path> files, Reader<T> reader) {
        try {
            return new FileWatch<>(files, reader);
        } catch (IOException e) {
            throw new IllegalArgumentException("of " + files + " not all can be read: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }

    @Override
    public synchronized T get() {
        long time = System.nanoTime();
        if (time - looked > LOOK_NANOS) {
            looked = time;
            look();
        }
        return now;
    }

    private void look() {
        List<String> then = stamp();
        if (then.equals(stamp)) {
            return;
        }
        try {
            now = reader.read();
            stamp = then;
            told = List.of();
            LOG.log(System.Logger.Level.INFO, "read again files={0}", files);
        } catch (IOException e) {
            kept(then, reason(e));
        } catch (IllegalArgumentException e) {
            kept(then, String.valueOf(e.getMessage()));
        }
    }

    private void kept(List<String> then, String cause) {
        if (!then.equals(told)) {
            told = then;
            LOG.log(System.Logger.Level.WARNING, "what was read before is kept files={0} cause=\"{1}\"", files, cause);
        }
    }

    private List<String> stamp() {
        return files.stream().map(FileWatch::stamp).toList();
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey(); // a clock of files is coarse
        } catch (IOException e) {
            return "not there";
        }
    }
}
