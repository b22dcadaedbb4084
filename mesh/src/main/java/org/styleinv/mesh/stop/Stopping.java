package org.styleinv.mesh.stop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.file.FolderLock;

/** Ctrl-C: tells those who ask that the end has come, and takes away what was only for the time of the run. */
public final class Stopping {
    private static final Set<Path> SCRATCH = ConcurrentHashMap.newKeySet();
    private static final int ATTEMPTS = 5;
    private static final long FINISH_SECONDS = 10;
    private static final Set<Finishing> FINISHING = ConcurrentHashMap.newKeySet();
    private static final int IN_ORDER = -1;
    private static final Set<CountDownLatch> WRITERS = ConcurrentHashMap.newKeySet();
    private static volatile boolean requested;
    private static volatile @Nullable Path passing;
    private static volatile int left = IN_ORDER;

    private Stopping() {}

    /** Listens from now on; to be called once, before anything starts. */
    public static void listen() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            requested = true;
                            FINISHING.forEach(Finishing::demand);
                            FINISHING.forEach(Finishing::await);
                            WRITERS.forEach(Stopping::await);
                            SCRATCH.forEach(Stopping::delete);
                            if (left != IN_ORDER && passing != null) {
                                Exit.setHaltProcedure((code, why) -> {}); // a broker halts when its folder goes
                                delete(passing);
                                Runtime.getRuntime().halt(left);
                            }
                        },
                        "styleinv-stopping"));
    }

    /** Says that the services and the broker in this process have nothing to save but {@code folder}, which is scratch. */
    public static void passing(Path folder) {
        passing = folder;
    }

    /**
     * Ends the process with {@code code} for one who does not wait: finishing work is finished and scratch is deleted, but
     * a mesh that is {@link #passing} is not stopped in order, which takes seconds.
     */
    public static void leave(int code) {
        left = code;
        System.exit(code);
    }

    /** The exit code of what was cut short, as shells have it for Ctrl-C. */
    public static final int CUT_SHORT = 130;

    /** Whether the process was told to stop. */
    public static boolean requested() {
        return requested;
    }

    /**
     * A piece of work that Ctrl-C cuts short, but that brings what it has in order before the process ends: its thread is
     * interrupted and has ten seconds until {@link #close}.
     */
    public static final class Finishing implements AutoCloseable {
        private final Thread thread = Thread.currentThread();
        private final CountDownLatch over = new CountDownLatch(1);

        private Finishing() {}

        private synchronized void demand() {
            if (over.getCount() > 0) {
                thread.interrupt();
            }
        }

        private void await() {
            Stopping.await(over);
        }

        /** It is in order; what its thread does next is interrupted no more. */
        @Override
        public synchronized void close() {
            FINISHING.remove(this);
            over.countDown();
            Thread.interrupted();
        }
    }

    private static void await(CountDownLatch over) {
        try {
            over.await(FINISH_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Others write to scratch until {@code over}: at the end of the process, which is to stop them, it is deleted after that, or ten
     * seconds later.
     */
    public static void written(CountDownLatch over) {
        WRITERS.add(over);
    }

    /** From now on until it is closed, this thread's work is cut short but finished; within such work it changes nothing. */
    public static Finishing finishing() {
        Finishing work = new Finishing();
        if (FINISHING.stream().noneMatch(other -> other.thread == work.thread)) {
            FINISHING.add(work);
            if (requested) { // those that were there have been told already
                work.demand();
            }
        }
        return work;
    }

    /** A new folder in {@code parent} that is gone at the end of the process at the latest. */
    public static Path scratch(Path parent) throws IOException {
        try {
            Files.createDirectories(parent);
            Path folder = Files.createTempDirectory(parent, ".styleinv-");
            SCRATCH.add(folder);
            return folder;
        } catch (FileSystemException e) {
            throw Failure.input("nothing can be written to the folder " + parent + ": name another place", e);
        }
    }

    /** Moves those of {@code names} that are in {@code from} to {@code into}, together: another's set is not mixed with it. */
    public static void place(Path from, Path into, List<String> names) throws IOException {
        try (FolderLock held = FolderLock.take(
                into.resolve(".lock"),
                Duration.ofSeconds(30),
                pid -> into + " is being written by process " + pid + ": wait until it ends, or name another --out")) {
            for (String name : names) {
                if (Files.exists(from.resolve(name))) {
                    Files.move(
                            from.resolve(name),
                            into.resolve(name),
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    /** Deletes {@code folder} with all in it, also while another thread is still writing there. */
    public static void delete(Path folder) {
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(folder); attempt++) {
            if (attempt > 0) {
                pause();
            }
            try (Stream<Path> content = Files.walk(folder)) {
                content.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            } catch (IOException | UncheckedIOException e) {
                // something went while it was looked at; the next attempt sees what is left
            }
        }
        SCRATCH.remove(folder); // not before: who ends the process meanwhile must find it
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
