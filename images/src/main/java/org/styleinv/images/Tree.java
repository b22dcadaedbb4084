package org.styleinv.images;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files of an image, and where they are from: a layer in the making. Everybody may read them, nobody but root write; all are of
 * one second, so that a layer depends on nothing but what is in it.
 */
final class Tree {
    private static final Instant TIME = Instant.ofEpochSecond(1);
    private static final FilePermissions READ = FilePermissions.fromOctalString("444");
    private static final FilePermissions RUN = FilePermissions.fromOctalString("555");
    private static final FilePermissions ALL = FilePermissions.fromOctalString("777");

    private final String name;
    private final SortedMap<String, Path> files = new TreeMap<>();
    private final SortedMap<String, Path> scratch = new TreeMap<>();

    Tree(String name) {
        this.name = name;
    }

    Tree add(String target, Path file) {
        files.put(target, file);
        return this;
    }

    /** All regular files in a folder, links followed. */
    Tree addAll(String target, Path folder) throws IOException {
        for (Path file : filesIn(folder)) {
            add(target + "/" + folder.relativize(file).toString().replace('\\', '/'), file);
        }
        return this;
    }

    static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** A folder that everybody may write to, where nothing is mounted over it. */
    Tree writable(String target, Path emptyFolder) {
        scratch.put(target, emptyFolder);
        return this;
    }

    boolean isEmpty() {
        return files.isEmpty() && scratch.isEmpty();
    }

    SortedMap<String, Path> files() {
        return files;
    }

    FileEntriesLayer layer() {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        files.forEach((target, file) ->
                layer.addEntry(file, AbsoluteUnixPath.get(target), Files.isExecutable(file) ? RUN : READ, TIME));
        scratch.forEach((target, folder) -> layer.addEntry(folder, AbsoluteUnixPath.get(target), ALL, TIME));
        return layer.build();
    }
}
