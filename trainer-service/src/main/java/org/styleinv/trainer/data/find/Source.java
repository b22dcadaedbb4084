package org.styleinv.trainer.data.find;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.styleinv.trainer.data.file.DataFile;

/**
 * One video: a file, or a folder whose pictures are its frames.
 *
 * @param path by which people know it
 * @param place where it lies below the top folder; empty for the top folder itself
 * @param folder whether it is a folder
 * @param files the video itself, or the pictures in the order of their numbers
 * @param companions what lies beside videos, by folder and name
 */
public record Source(Path path, Path place, boolean folder, List<DataFile> files, Map<String, DataFile> companions) {
    public Source {
        files = List.copyOf(files);
    }

    /** The file that is this video. */
    public DataFile file() {
        return files.get(0);
    }

    /**
     * What lies beside this video, or in it where it is a folder.
     *
     * @param inside whether it lies in the folder
     */
    public Optional<DataFile> companion(boolean inside, String name) {
        return Optional.ofNullable(companions.get(key(inside ? place : above(), name)));
    }

    /** The name under which companions lie beside it. */
    public String name() {
        Path last = (top() ? path.toAbsolutePath().normalize() : place).getFileName();
        return last == null ? "root" : last.toString(); // of a file system
    }

    private boolean top() {
        return place.toString().isEmpty();
    }

    private Path above() {
        return top() ? Path.of("..") : Sources.above(place);
    }

    /** A place as text: not every name is, and from what is none no path can be made again. */
    static String key(Path folder, String name) {
        return folder + "\n" + name;
    }
}
