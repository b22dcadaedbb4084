package org.styleinv.trainer.state;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.SafeTensors;

/**
 * The snapshots of a run: the newest few and the best, each a file named by its step and its digest, so that a damaged
 * one is known and the one before it takes its place. {@code snapshot.safetensors} is another name of the newest.
 */
public final class Snapshots {
    private static final String NEWEST = "snapshot.safetensors";
    private static final String BEST = "best.safetensors";
    private static final Pattern NAME = Pattern.compile("snapshot-(\\d{12})-([0-9a-f]{16})\\.safetensors");

    private final Path folder;
    private final int keep;

    /** @param keep how many to keep, the best not counted */
    public Snapshots(Path folder, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("a run keeps at least 1 snapshot, got " + keep);
        }
        this.folder = folder;
        this.keep = keep;
    }

    /**
     * The newest whole snapshot of the run in {@code folder}; where there is none, a file that does not exist.
     *
     * @throws FileRefused where there are snapshots and none is whole, saying how to go on
     */
    public static Path newest(Path folder) throws IOException {
        List<Path> damaged = new ArrayList<>();
        for (Path file : all(folder)) {
            if (isWhole(file)) {
                damaged.forEach(bad -> System.err.println(
                        bad + " is damaged: an older one, " + file.getFileName() + ", takes its place"));
                return file;
            }
            damaged.add(file);
        }
        if (!damaged.isEmpty()) {
            throw new FileRefused(damaged.get(0) + " is damaged, and there is no older snapshot that is whole: "
                    + (bestRemains(folder, damaged)
                            ? "to go on from the best one, copy config.json and best.safetensors into a new folder, call "
                                    + "the latter snapshot.safetensors there, and name that folder as --run"
                            : "to begin anew, name another folder as --run"));
        }
        return folder.resolve(NEWEST);
    }

    /** What a sentence says of the snapshot that a run will go on from. */
    public static String lastGood(Path folder) throws IOException {
        try {
            Path newest = newest(folder);
            return Files.exists(newest)
                    ? "the last good snapshot is " + newest.getFileName()
                    : "there is no snapshot yet";
        } catch (FileRefused e) {
            return "there is no whole snapshot";
        }
    }

    private static boolean isWhole(Path file) throws IOException {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() && digest(file).equals(name.group(2));
    }

    /** Whether the best snapshot is another than those that are damaged, and can be read. */
    private static boolean bestRemains(Path folder, List<Path> damaged) throws IOException {
        Path best = folder.resolve(BEST);
        try {
            SafeTensors.list(best);
        } catch (FileRefused e) {
            return false;
        }
        for (Path bad : damaged) {
            if (Files.mismatch(best, bad) == -1) {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes a snapshot, then drops the oldest ones.
     *
     * @return its file
     * @throws IOException if it cannot be written, naming the last good one, which is still there
     */
    public Path write(Map<String, NDArray> state, long step) throws IOException {
        Path partial = folder.resolve(NEWEST + ".partial");
        Path file;
        try {
            new Snapshot(partial).write(state, step);
            file = folder.resolve(String.format(Locale.ROOT, "snapshot-%012d-%s.safetensors", step, digest(partial)));
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            link(file, NEWEST);
        } catch (IOException e) {
            Files.deleteIfExists(partial);
            throw new IOException(
                    "cannot write the snapshot of step " + step + " to " + folder + " (" + e.getMessage()
                            + "): make room, then give the same command again; " + lastGood(folder),
                    e);
        }
        List<Path> all = all(folder);
        for (Path old : all.subList(Math.min(keep, all.size()), all.size())) {
            Files.deleteIfExists(old);
        }
        return file;
    }

    /** Keeps the snapshot {@code file} as the best so far, whatever comes. */
    public void best(Path file) throws IOException {
        link(file, BEST);
    }

    /** A second name of the same bytes where the file system has that, else a copy. */
    private void link(Path file, String name) throws IOException {
        Path temporary = folder.resolve(name + ".link");
        Files.deleteIfExists(temporary);
        try {
            Files.createLink(temporary, file);
        } catch (UnsupportedOperationException | IOException e) {
            Files.copy(file, temporary);
        }
        Files.move(
                temporary, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(temporary); // renaming a file to another name of itself does nothing
    }

    /** The newest first. */
    private static List<Path> all(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(in, sha256).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(sha256.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
