package org.styleinv.network.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Looks at a model folder now and then, and lets its service take over what has changed there once that has come to rest.
 * A model that cannot be taken changes nothing; why is said until the folder holds one that can.
 */
public final class ModelWatch implements AutoCloseable {
    /** A service and its model. Called from the watch's thread only. */
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

    private final Path folder;
    private final Duration every;
    private final Service service;
    private final Thread thread;
    private String settled = ""; // what the folder looked like when it was last taken or refused
    private String seen = ""; // what it looked like a moment ago
    private volatile String refused = "";
    private volatile boolean closed;

    /**
     * @param every time between two looks; zero: it is never looked at
     * @param thread its name
     */
    public ModelWatch(Path folder, Duration every, String thread, Service service) {
        this.folder = folder;
        this.every = every;
        this.service = service;
        this.thread = new Thread(this::run, thread);
        this.thread.setDaemon(true);
    }

    public void start() {
        if (!every.isZero()) {
            thread.start();
        }
    }

    /** Why what the folder holds is not served, empty if it is. */
    public String refused() {
        return refused;
    }

    private void run() {
        try {
            while (!closed) {
                look();
                TimeUnit.NANOSECONDS.sleep(every.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look. What differs from the look before is still being written. */
    void look() {
        String now = print();
        boolean rests = now.equals(seen);
        seen = now;
        if (!rests || now.equals(settled)) {
            return;
        }
        Candidate loaded = null;
        try {
            loaded = service.load(folder).orElse(null);
            if (!print().equals(now)) { // what was checked may not be what was read
                return;
            }
            if (loaded != null) {
                Candidate taken = loaded;
                loaded = null;
                taken.serve();
            }
            settled = now;
            refused = "";
        } catch (NotYet e) {
            refuse(e);
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
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

    private void refuse(Throwable why) {
        String sentence = why.getMessage() == null ? why.toString() : why.getMessage();
        if (!closed && !sentence.equals(refused)) {
            refused = sentence;
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
        } catch (IOException e) {
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
