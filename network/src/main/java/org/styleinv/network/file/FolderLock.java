package org.styleinv.network.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One writer at a time among the processes of a machine and the threads of each: a file that is locked while there is one
 * and is gone afterwards. The lock of a process that dies is free, whatever it leaves behind.
 *
 * <p>A lock is the file's, not its name's: who holds it must see that the name still leads there, for the holder before
 * has taken the file away. And the system takes a lock away when its process closes any other handle of the file, so what
 * looks at the name stays open as long as the lock.
 */
public final class FolderLock implements AutoCloseable {
    private static final Map<Path, Semaphore> HERE = new ConcurrentHashMap<>(); // a file lock is its whole process's
    private static final int LONGEST = 100;
    private static final long LOOK_MS = 50; // a lock tells nobody that it is free
    private static final int ATTEMPTS = 10;

    private final Path file;
    private final Semaphore here;
    private @Nullable FileChannel channel;
    private @Nullable FileChannel name;

    private FolderLock(Path file, Semaphore here) {
        this.file = file;
        this.here = here;
    }

    /**
     * Takes the lock, after some waiting if need be.
     *
     * @param file that stands for what is locked; its folder is made if there is none
     * @param busy the sentence for when another holds it still, from that one's process id, 0 where it is not known
     * @throws FileRefused with that sentence
     */
    public static FolderLock take(Path file, Duration patience, LongFunction<String> busy) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a lock is a file in a folder");
        Files.createDirectories(folder);
        Path real = folder.toRealPath().resolve(file.getFileName());
        Semaphore here = HERE.computeIfAbsent(real, path -> new Semaphore(1));
        long end = System.nanoTime() + patience.toNanos();
        FolderLock lock = new FolderLock(real, here);
        try {
            if (!here.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new FileRefused(busy.apply(ProcessHandle.current().pid()));
            }
            try {
                lock.take(end, busy);
                return lock;
            } catch (IOException | InterruptedException | RuntimeException e) {
                lock.closeChannels();
                here.release();
                throw e;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the wait for " + file + " was cut short", e);
        }
    }

    private void take(long end, LongFunction<String> busy) throws IOException, InterruptedException {
        while (!attempt()) {
            long holder = channel == null ? 0 : holder(channel);
            closeChannels();
            if (System.nanoTime() > end) {
                throw new FileRefused(busy.apply(holder));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    private boolean attempt() throws IOException {
        FileChannel mark = open(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        channel = mark;
        FileLock lock = mark.tryLock();
        if (lock == null) {
            return false;
        }
        String token = ProcessHandle.current().pid() + " " + UUID.randomUUID();
        mark.truncate(0);
        mark.write(ByteBuffer.wrap(token.getBytes(StandardCharsets.US_ASCII)), 0);
        FileChannel named;
        try {
            named = FileChannel.open(file, StandardOpenOption.READ);
            name = named;
        } catch (NoSuchFileException e) {
            closeChannels();
            return false;
        }
        boolean mine = token.equals(text(named));
        if (!mine) {
            closeChannels();
        }
        return mine;
    }

    /** The folder may go while another's failed work is tidied up. */
    private FileChannel open(StandardOpenOption... options) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try {
                if (!Files.exists(file)
                        || Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                    return FileChannel.open(file, options);
                }
                throw new FileRefused(file + " is no file, but that is where a lock is to be: move it away");
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                Files.createDirectories(file.getParent());
            }
        }
    }

    private static long holder(FileChannel channel) throws IOException {
        String[] words = text(channel).split(" ");
        return words[0].matches("\\d{1,18}") ? Long.parseLong(words[0]) : 0;
    }

    private static String text(FileChannel from) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
        while (bytes.hasRemaining() && from.read(bytes, bytes.position()) >= 0) {}
        return StandardCharsets.US_ASCII.decode(bytes.flip()).toString();
    }

    private void closeChannels() throws IOException {
        try (FileChannel one = channel;
                FileChannel other = name) {
            channel = null;
            name = null;
        }
    }

    /** Frees it. */
    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(file);
            closeChannels();
        } finally {
            here.release();
        }
    }
}
