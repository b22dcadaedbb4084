package org.styleinv.trainer.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.styleinv.network.FileRefused;

/** Finds the videos of a folder: files that ffmpeg reads, and folders of pictures (those that hold no video file). */
final class Sources {
    private static final Set<String> ENDINGS = Set.of("mp4", "webm", "mov", "mkv", "avi", "gif");

    private Sources() {}

    /** The videos in {@code dir} and below it, sorted by path. */
    static List<Path> in(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            throw new FileRefused("there is no folder " + dir
                    + ": give a folder of videos, or make one with 'styleinv dataset render'");
        }
        Set<Path> found = new TreeSet<>();
        Set<Path> withVideos = new HashSet<>();
        Set<Path> withPictures = new HashSet<>();
        try (Stream<Path> tree = Files.walk(dir, FileVisitOption.FOLLOW_LINKS)) {
            tree.filter(file -> !hidden(dir, file) && Files.isRegularFile(file)).forEach(file -> {
                if (isVideo(file)) {
                    found.add(file);
                    withVideos.add(file.getParent());
                } else if (Picture.is(file)) {
                    withPictures.add(file.getParent());
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        withPictures.removeAll(withVideos);
        found.addAll(withPictures);
        if (found.isEmpty()) {
            throw new FileRefused(
                    "there is no video (" + ENDINGS.stream().sorted().collect(Collectors.joining(", ")) + ") in " + dir
                            + ", and no folder of pictures: put some there, or make some with 'styleinv dataset render'");
        }
        return List.copyOf(found);
    }

    /** What is done with the top folder of {@code data}, which is a folder or a ZIP file. */
    @FunctionalInterface
    interface Use<T> {
        T of(Path root) throws IOException;
    }

    static <T> T with(Path data, Use<T> use) throws IOException {
        if (!Files.isRegularFile(data)) {
            return use.of(data);
        }
        try (FileSystem zip = FileSystems.newFileSystem(data)) {
            return use.of(zip.getPath("/"));
        } catch (ProviderNotFoundException e) {
            throw new FileRefused(data + " is neither a folder nor a ZIP file", e);
        }
    }

    static FrameSource open(Path source) throws IOException {
        return Files.isDirectory(source) ? new FrameFolder(source) : new VideoReader(source);
    }

    /** Whether a name on the way from {@code dir} begins with a dot: what an interrupted import leaves, too. */
    private static boolean hidden(Path dir, Path file) {
        for (Path name : dir.relativize(file)) {
            if (name.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isVideo(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
    }
}
