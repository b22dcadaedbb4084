package org.styleinv.network.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.checkpoint.ModelFolder;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.Printable;

/**
 * Looks at a model folder now and then, and lets its service take over what has changed there once that has come to rest.
 * A model that cannot be taken changes nothing; why is said until the folder holds one that can.
 */
public final class ModelWatch implements AutoCloseable {
    /** A service and its model. Called from one thread at a time, and from none that the service needs. */
    public interface Service {
        /**
         * Loads what the folder holds beside what is served, and checks it; empty if it is served already and undamaged.
         *
         * @throws IOException or {@link RuntimeException} with the sentence why it cannot be served
         */
        Optional<Candidate> load(Path folder) throws IOException;

        /** A model was refused, or is not taken yet; what was served goes on. Once a sentence. */
        void refused(String sentence);
    }

    /** A model that was loaded and found good. Either of its methods is called, once. */
    public interface Candidate {
        /** Serves it from now on. */
        void serve();

        /** Frees it. */
        void discard();
    }

    /** A model is good, but something else is missing; the next look tries again. */
    public static final class NotYet extends RuntimeException {
        private static final long serialVersionUID = 1;

        public NotYet(String sentence, Throwable cause) {
            super(sentence, cause);
        }
    }

    /** A large model on a busy machine takes half a minute. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration LONG = Duration.ofSeconds(8); // a load of which health tells
    private static final Duration SLICE = Duration.ofMillis(500); // of the wait for a load
    private static final int MOST_LOST = 2;

    private final Path folder;
    private final Duration every;
    private final Duration patience;
    private final Service service;
    private final Thread thread;
    private final List<Thread> lost = new CopyOnWriteArrayList<>(); // at loads that did not end in time
    private volatile long lookSince; // 0 between two looks
    private volatile long loadSince;
    private String settled = ""; // what the folder looked like when it was last taken or refused
    private String seen = ""; // what it looked like a moment ago
    private volatile Optional<String> refused = Optional.empty();
    private volatile boolean closed;

    /**
     * @param every time between two looks; zero: it is never looked at
     * @param thread its name
     */
    public ModelWatch(Path folder, Duration every, String thread, Service service) {
        this(folder, every, PATIENCE, thread, service);
    }

    /** @param patience with one load: then it is left to itself, and what comes into the folder next is looked at */
    ModelWatch(Path folder, Duration every, Duration patience, String thread, Service service) {
        this.folder = folder;
        this.every = every;
        this.patience = patience;
        this.service = service;
        this.thread = new Thread(this::run, thread);
        this.thread.setDaemon(true);
    }

    public void start() {
        if (!every.isZero()) {
            thread.start();
        }
    }

    /** Why what the folder holds is not served. */
    public Optional<String> refused() {
        return refused;
    }

    /** Which load has been going on for long: a note, for what was served goes on meanwhile. */
    public Optional<String> loading() {
        long seconds = seconds(loadSince);
        return seconds < LONG.toSeconds()
                ? Optional.empty()
                : Optional.of(folder + " has been loading for " + seconds + " s");
    }

    /** Why the folder is looked at no more: then no model can be replaced here. */
    public Optional<String> stuck() {
        if (lost.stream().filter(Thread::isAlive).count() >= MOST_LOST) {
            return Optional.of(thread.getName() + " has " + MOST_LOST + " loads of " + folder
                    + " that do not end: restart the service");
        }
        long seconds = seconds(lookSince);
        return seconds <= 2 * patience.toSeconds()
                ? Optional.empty()
                : Optional.of(thread.getName() + " has been at one look for " + seconds + " s");
    }

    private static long seconds(long since) {
        return since == 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
    }

    private void run() {
        try {
            while (!closed) {
                lookSince = Math.max(1, System.nanoTime());
                look();
                lookSince = 0;
                TimeUnit.NANOSECONDS.sleep(every.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look. What differs from the look before is still being written. */
    void look() throws InterruptedException {
        lost.removeIf(loader -> !loader.isAlive());
        String now = print();
        boolean rests = now.equals(seen);
        seen = now;
        if (!rests || now.equals(settled) || lost.size() >= MOST_LOST) {
            return;
        }
        Candidate loaded = null;
        try {
            loaded = load(now);
            if (!print().equals(now)) { // what was checked may not be what was read
                return;
            }
            if (loaded != null) {
                Candidate taken = loaded;
                loaded = null;
                taken.serve();
            }
            settled = now;
            refused = Optional.empty();
        } catch (NotYet e) {
            refuse(e);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | Error e) { // whatever a bad model breaks, the next one is looked at
            if (print().equals(now)) {
                settled = now;
                refuse(e);
            }
        } finally {
            if (loaded != null) {
                loaded.discard();
            }
        }
    }

    /** What the service loads on a thread of its own, null where it serves that already; one that takes too long is left. */
    private @Nullable Candidate load(String now) throws Exception {
        CompletableFuture<Optional<Candidate>> loading = new CompletableFuture<>();
        Thread loader = new Thread(
                () -> {
                    try {
                        loading.complete(service.load(folder));
                    } catch (Exception | Error e) {
                        loading.completeExceptionally(e);
                    }
                },
                thread.getName() + "-load");
        loader.setDaemon(true);
        loadSince = Math.max(1, System.nanoTime());
        loader.start();
        try {
            while (true) {
                try {
                    return loading.get(SLICE.toMillis(), TimeUnit.MILLISECONDS).orElse(null);
                } catch (TimeoutException e) {
                    checkWorth(e, now);
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        } catch (InterruptedException | FileRefused e) {
            abandon(loader, loading);
            throw e;
        } finally {
            loadSince = 0;
        }
    }

    /** Ends the wait for a load that takes too long, or of what the folder does not hold any more. */
    private void checkWorth(TimeoutException waited, String now) throws FileRefused {
        if (seconds(loadSince) >= patience.toSeconds()) {
            throw new FileRefused(
                    folder + " was not loaded within " + patience.toSeconds()
                            + " s: is its disk gone, or the model too " + "large for this machine?",
                    waited);
        }
        if (!print().equals(now)) {
            throw new FileRefused(folder + " has changed while it was loaded", waited);
        }
    }

    private void abandon(Thread loader, CompletableFuture<Optional<Candidate>> loading) {
        lost.add(loader);
        loading.thenAccept(late -> late.ifPresent(Candidate::discard));
        loader.interrupt(); // ends it where it reads a file
    }

    private void refuse(Throwable why) {
        String sentence = Printable.sentence(why.getMessage() == null ? why.toString() : why.getMessage());
        if (!closed && !Optional.of(sentence).equals(refused)) {
            refused = Optional.of(sentence);
            service.refused(sentence);
        }
    }

    /** What tells one state of the folder from another, without reading weights. */
    private String print() {
        StringBuilder print = new StringBuilder();
        try {
            print(print, folder.resolve(ModelFolder.RECORD));
            for (String file : ModelFolder.RUNNING) {
                print(print, folder.resolve(file));
            }
            Path variants = folder.resolve(ModelFolder.VARIANTS);
            if (Files.isDirectory(variants)) {
                try (Stream<Path> all = Files.list(variants)) {
                    for (Path variant : all.sorted().toList()) {
                        print(print, variant.resolve(ModelFolder.VARIANT_RECORD));
                        print(print, variant.resolve(ModelFolder.GENERATOR));
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            return print.append(e).toString();
        }
        return print.toString();
    }

    private static void print(StringBuilder print, Path file) throws IOException {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            print.append(file).append(' ').append(is.size()).append(' ');
            print.append(is.lastModifiedTime().to(TimeUnit.NANOSECONDS)).append(' ');
            print.append(is.fileKey()).append('\n');
        } catch (NoSuchFileException e) {
            print.append(file).append(" is missing\n");
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }
}
