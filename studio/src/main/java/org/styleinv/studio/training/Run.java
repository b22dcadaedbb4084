package org.styleinv.studio.training;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One run of training: a folder that {@code styleinv train} makes. */
public final class Run {
    static final String STATS = "stats.jsonl";

    private static final String ENDED = "ended.json"; // of a run that came to its end
    private static final String LOCK = ".lock"; // while a trainer is at it; holds its process id first
    private static final Pattern HOLDER = Pattern.compile("([0-9]{1,18}) .*");
    private static final int LOCK_BYTES = 200;
    /** A trainer on another machine is known by its figures alone; a tick is seldom further from the next. */
    private static final long SILENT_MS = 300_000;

    private static final Pattern SEEN =
            Pattern.compile("(?:pictures|clips)/[A-Za-z0-9][A-Za-z0-9._-]{0,127}\\.(png|mp4)");
    private static final String REALS = "reals.png";
    private static final int NEWEST = 6;

    private final Path folder;

    Run(Path folder) {
        this.folder = folder;
    }

    /** How a run is. */
    public enum State {
        /** A trainer is at it. */
        LIVE,
        /** It came to its end. */
        ENDED,
        /** No trainer is at it, and it can go on from its snapshot. */
        STOPPED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public String name() {
        return folder.getFileName().toString();
    }

    /** Unix time of the last line of figures, milliseconds; 0 where it is gone. */
    public long heardMs() {
        return folder.resolve(STATS).toFile().lastModified();
    }

    public State state() {
        if (Files.isRegularFile(folder.resolve(LOCK), LinkOption.NOFOLLOW_LINKS) && isHeld()) {
            return State.LIVE;
        }
        return Files.exists(folder.resolve(ENDED)) ? State.ENDED : State.STOPPED;
    }

    private boolean isHeld() {
        try (var in = Files.newInputStream(folder.resolve(LOCK))) {
            Matcher holder = HOLDER.matcher(new String(in.readNBytes(LOCK_BYTES), StandardCharsets.US_ASCII).strip());
            boolean here = holder.matches()
                    && ProcessHandle.of(Long.parseLong(holder.group(1)))
                            .filter(ProcessHandle::isAlive)
                            .isPresent();
            return here || System.currentTimeMillis() - heardMs() < SILENT_MS;
        } catch (IOException e) {
            return false; // it has just ended
        }
    }

    /** Its figures until now. */
    public Figures figures() throws IOException {
        return Figures.read(folder.resolve(STATS));
    }

    /** The newest pictures that it drew, the newest first, then the real ones that they are compared with. */
    public List<String> pictures() throws IOException {
        List<String> drawn = newest("pictures", ".png");
        return seen("pictures/" + REALS).isPresent()
                ? Stream.concat(drawn.stream(), Stream.of("pictures/" + REALS)).toList()
                : drawn;
    }

    /** The newest clips that it made, the newest first. */
    public List<String> clips() throws IOException {
        return newest("clips", ".mp4");
    }

    private List<String> newest(String kind, String ending) throws IOException {
        Path at = folder.resolve(kind);
        if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(at)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ending) && !name.equals(REALS))
                    .filter(name -> seen(kind + "/" + name).isPresent())
                    .sorted(Comparator.comparingLong(
                                    (String name) -> at.resolve(name).toFile().lastModified())
                            .thenComparing(Comparator.naturalOrder())
                            .reversed())
                    .limit(NEWEST)
                    .map(name -> kind + "/" + name)
                    .toList();
        }
    }

    /** A picture or a clip by its name; empty where there is none. */
    public Optional<Path> seen(String name) {
        if (!SEEN.matcher(name).matches()) {
            return Optional.empty();
        }
        Path file = folder.resolve(name);
        return Files.isDirectory(folder.resolve(name.substring(0, name.indexOf('/'))), LinkOption.NOFOLLOW_LINKS)
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(file)
                : Optional.empty();
    }
}
