package org.styleinv.trainer.data;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.NaturalOrder;
import org.styleinv.trainer.data.find.Sources;

/**
 * What became of every file that was found: it is one of those read, of those left out, each of which a problem explains
 * (its own, or its video's), or of those passed over as no data.
 *
 * @param notes what is read, but deserves a look
 */
public record Account(int files, int read, int passedOver, List<Problem> notes) {
    static final Account NONE = new Account(0, 0, 0, List.of());

    public Account {
        notes = List.copyOf(notes);
    }

    public static Account of(Sources sources, Collection<Path> good, List<Problem> notes) {
        Set<Path> paths = new HashSet<>(good);
        int read = sources.videos().stream()
                .filter(video -> paths.contains(video.path()))
                .mapToInt(video -> video.files().size())
                .sum();
        return new Account(sources.files(), read, sources.passedOver(), NaturalOrder.sorted(notes, Problem::file));
    }

    /** How many files are left out. */
    public int leftOut() {
        return files - read - passedOver;
    }

    /** In words. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d files: %d read, %d left out, %d of kinds that are no data",
                files,
                read,
                leftOut(),
                passedOver);
    }
}
