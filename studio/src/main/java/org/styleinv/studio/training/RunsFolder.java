package org.styleinv.studio.training;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.styleinv.proto.wire.StatusText;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.problem.Problem;

/** The runs of training in the folder {@code styleinv.studio.runs}; none where that is not set. */
@ApplicationScoped
public class RunsFolder {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final int MOST = 200; // of runs that are listed

    private final Optional<Path> folder;

    RunsFolder(StudioConfig config) {
        folder = config.runs().map(name -> Path.of(name).toAbsolutePath().normalize());
    }

    /** Whether there is a folder to look into. */
    public boolean isOn() {
        return folder.isPresent();
    }

    /** The runs, live ones first, then those that were heard of last; at most 200. */
    public List<Run> all() {
        if (folder.isEmpty() || !Files.isDirectory(folder.get())) { // the first run makes it
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder.get())) {
            return all.filter(RunsFolder::isRun)
                    .map(Run::new)
                    .sorted(Comparator.comparing((Run run) -> run.state() != Run.State.LIVE)
                            .thenComparing(Run::heardMs, Comparator.reverseOrder())
                            .thenComparing(Run::name))
                    .limit(MOST)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The run of that name. */
    public Run find(String name) {
        return folder.filter(at -> NAME.matcher(name).matches())
                .map(at -> at.resolve(name))
                .filter(RunsFolder::isRun)
                .map(Run::new)
                .orElseThrow(() -> Problem.of(
                        404,
                        "there is no run \"" + StatusText.of(name) + "\" here"
                                + (folder.isPresent() ? "" : ": styleinv.studio.runs names no folder")));
    }

    /** A folder of the folder itself, and not one that a link leads to. */
    private static boolean isRun(Path path) {
        return NAME.matcher(path.getFileName().toString()).matches()
                && Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(path.resolve(Run.STATS), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }
}
