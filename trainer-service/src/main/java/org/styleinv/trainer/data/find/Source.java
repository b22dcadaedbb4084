package org.styleinv.trainer.data.find;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One video: a file, or a folder whose pictures are its frames.
 *
 * @param path by which people know it
 * @param place where it lies below the top folder; empty for the top folder itself
 * @param folder whether it is a folder
 * @param files the video itself, or the pictures in the order of their numbers
 * @param companions what lies beside videos, by place
 */
public record Source(Path path, Path place, boolean folder, List<DataFile> files, Map<Path, DataFile> companions) {
    public Source {
        files = List.copyOf(files);
    }

    /** The file that is this video. */
    public DataFile file() {
        return files.get(0);
    }

    /** The companion at {@code place}. */
    public Optional<DataFile> companion(Path place) {
        return Optional.ofNullable(companions.get(place));
    }

    /** The place of a companion of the top folder that lies beside it, under its name and {@code ending}. */
    public Path besideTop(String ending) {
        return Path.of("..").resolve(path.toAbsolutePath().normalize().getFileName() + ending);
    }
}
