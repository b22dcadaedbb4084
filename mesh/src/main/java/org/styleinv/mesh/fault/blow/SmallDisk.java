package org.styleinv.mesh.fault.blow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A file system of its own for the broker, that can be filled up without harming anybody else: Linux, as root. */
public final class SmallDisk implements AutoCloseable {
    private static final int MEBIBYTES = 768; // what the broker keeps of the suite's frames at most, twice
    private static final int BLOCK = 1 << 20;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts one on {@code folder}; empty where this is not allowed or not possible. */
    public static Optional<SmallDisk> mount(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=" + MEBIBYTES + "m", "styleinv", folder.toString());
        if (!mounted) {
            return Optional.empty();
        }
        var disk = new SmallDisk(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(disk::close, "styleinv-disk"));
        return Optional.of(disk);
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such command here
        }
    }

    /** Leaves no byte free. */
    void fill() throws IOException {
        FileStore store = Files.getFileStore(folder);
        try (OutputStream out = Files.newOutputStream(filler())) {
            byte[] block = new byte[BLOCK];
            while (store.getUsableSpace() > 0) {
                out.write(block, 0, (int) Math.min(BLOCK, store.getUsableSpace()));
            }
        } catch (IOException e) {
            if (store.getUsableSpace() > 0) { // the broker took the last byte: that is full, too
                throw e;
            }
        }
    }

    /** Gives the room back. */
    void empty() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        try {
            if (!run("umount", folder.toString())) {
                run("umount", "--lazy", folder.toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
