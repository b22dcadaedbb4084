package org.styleinv.trainer.data.find;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.trainer.data.file.DataFile;
import org.styleinv.trainer.data.file.DiskFile;
import org.styleinv.trainer.data.file.Kinds;
import org.styleinv.trainer.data.file.Problem;

/**
 * Every file below a folder. Links to files are followed; a link to a folder is followed once all real folders are known, and
 * only if what it leads to was not seen yet, so no link can bring a file in twice or lead round in a circle. Pipes, devices
 * and sockets are named and never opened.
 */
final class Listing {
    private final Path top;
    private final Optional<Path> spared;
    private final List<DataFile> files = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Map<Path, Path> folders = new HashMap<>(); // real path -> as it was reached
    private final Deque<Path> links = new ArrayDeque<>();
    private int passedOver;

    /** @param spared a folder below {@code top} that is not looked into: where the results go */
    Listing(Path top, Optional<Path> spared) throws IOException {
        this.top = top;
        this.spared = spared.isPresent() && Files.exists(spared.get())
                ? Optional.of(spared.get().toRealPath())
                : Optional.empty();
        folder(top);
        while (!links.isEmpty()) {
            folder(links.remove());
        }
    }

    List<DataFile> files() {
        return files;
    }

    List<Problem> problems() {
        return problems;
    }

    /** Hidden files and folders, each counted once. */
    int passedOver() {
        return passedOver;
    }

    private void folder(Path folder) throws IOException {
        Deque<Path> open = new ArrayDeque<>(List.of(folder)); // no recursion: folders may be nested without end
        while (!open.isEmpty()) {
            Path next = open.pop();
            try {
                Path real = next.toRealPath();
                if (spared.isPresent() && real.equals(spared.get())) {
                    passedOver++;
                    continue;
                }
                if (!next.equals(top) && top.toRealPath().startsWith(real)) {
                    problems.add(new Problem(next, "is a link that leads back to a folder in which it lies"));
                    continue;
                }
                Path seen = folders.putIfAbsent(real, next);
                if (seen != null) {
                    problems.add(new Problem(next, "leads to " + seen + ", which is taken already"));
                    continue;
                }
                List<Path> inside = names(next);
                for (Path path : inside) {
                    if (Kinds.system(path.getFileName().toString())) {
                        passedOver++;
                    } else {
                        take(path, open);
                    }
                }
            } catch (IOException e) {
                if (next.equals(top)) {
                    throw e;
                }
                problems.add(new Problem(next, reason(e)));
            }
        }
    }

    private static List<Path> names(Path folder) throws IOException {
        List<Path> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(names::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return NaturalOrder.sorted(names, name -> name);
    }

    private void take(Path path, Deque<Path> open) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                (Files.isSymbolicLink(path) ? links : open).add(path);
            } else if (attributes.isRegularFile()) {
                files.add(new DiskFile(path, top.relativize(path), attributes));
            } else {
                problems.add(new Problem(path, "is a pipe, a device or a socket, and no file"));
            }
        } catch (IOException e) {
            boolean dangling = e instanceof NoSuchFileException && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            problems.add(new Problem(path, dangling ? "is a link to a file that is not there" : reason(e)));
        }
    }

    /** Why a file or folder cannot be looked into. */
    static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "cannot be read: change its permissions";
        }
        if (failure instanceof FileSystemLoopException
                || failure instanceof FileSystemException loop
                        && String.valueOf(loop.getReason()).contains("symbolic links")) {
            return "is a link that leads back to itself";
        }
        String why = failure instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : failure.getMessage();
        return "cannot be read (" + why + ")";
    }
}
