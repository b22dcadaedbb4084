package org.styleinv.mesh.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.styleinv.network.checkpoint.ModelFolder;

/** The folder that services read. A model comes there as a copy, by a rename, and what was there is replaced. */
public final class ModelPlace {
    private final Path place;
    private final Path coming;
    private final Path going;

    public ModelPlace(Path place) {
        this.place = place.toAbsolutePath().normalize();
        coming = this.place.resolveSibling("." + this.place.getFileName() + ".new");
        going = this.place.resolveSibling("." + this.place.getFileName() + ".old");
    }

    public Path folder() {
        return place;
    }

    /** Publishes a model, verified before and after it was copied; what was verified. */
    public List<String> publish(Path folder) throws IOException {
        mend();
        ModelCommand.verify(ModelFolder.openParts(folder));
        bring(folder);
        List<String> good = ModelCommand.verify(ModelFolder.openParts(coming));
        rename();
        return good;
    }

    /** Puts there what nobody has looked at: services must judge it themselves. */
    public void put(Path folder) throws IOException {
        mend();
        bring(folder);
        rename();
    }

    /** A publisher may have been killed between its two renames. */
    private void mend() throws IOException {
        if (!Files.exists(place) && Files.exists(going)) {
            Files.move(going, place);
        }
    }

    private void bring(Path folder) throws IOException {
        Stopping.delete(coming);
        copy(folder, coming);
    }

    private void rename() throws IOException {
        Stopping.delete(going);
        if (Files.exists(place)) {
            Files.move(place, going, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(coming, place, StandardCopyOption.ATOMIC_MOVE);
        Stopping.delete(going);
    }

    /** Copies a folder with all in it. */
    public static void copy(Path from, Path into) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path at = into.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(at);
                } else {
                    Files.copy(path, at);
                }
            }
        }
    }
}
