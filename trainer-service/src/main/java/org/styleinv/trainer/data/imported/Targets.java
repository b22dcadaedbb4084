package org.styleinv.trainer.data.imported;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.Source;

/**
 * Where each imported video is written: its whole name, or a.mp4 and a.webm would be one; what holds others beside its own
 * pictures has a folder {@code frames} for these. No two are the same, also where a file system takes capitals, or composed
 * letters, for others; then the later one gets a hyphen more.
 */
final class Targets {
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final int LONGEST_NAME = 200; // bytes; file systems take 255, some fewer

    private final List<Path> targets = new ArrayList<>();
    private final List<Problem> notes = new ArrayList<>();
    private final Set<String> taken = new HashSet<>(Set.of("dataset.json"));

    Targets(Path into, List<Source> videos) {
        Set<Path> parents = new HashSet<>();
        for (Source video : videos) {
            for (Path above = video.place().getParent(); above != null; above = above.getParent()) {
                parents.add(above);
            }
        }
        Set<Path> places = new HashSet<>();
        videos.forEach(video -> places.add(video.place()));
        for (Source video : videos) {
            Path wanted = wanted(video, parents, places);
            Path free = into.resolve(free(wanted));
            if (!free.equals(into.resolve(wanted))) {
                notes.add(new Problem(
                        video.path(),
                        "is written as " + free + ": its own name is taken, too long, or has control characters"));
            }
            targets.add(free);
        }
    }

    /** In the order of the videos. */
    Path of(int video) {
        return targets.get(video);
    }

    /** Those that have another name than one would look for. */
    List<Problem> notes() {
        return notes;
    }

    private static Path wanted(Source video, Set<Path> parents, Set<Path> places) {
        boolean top = video.place().toString().isEmpty();
        if (!top && !parents.contains(video.place())) {
            return video.place();
        }
        String own = "frames";
        while (places.contains(video.place().resolve(own))
                || parents.contains(video.place().resolve(own))) {
            own += "-";
        }
        return video.place().resolve(own);
    }

    private Path free(Path wanted) {
        Path free = Path.of("");
        for (Path name : wanted) {
            free = free.resolve(bounded(name));
        }
        while (!taken.add(key(free))) {
            free = free.resolveSibling(plain(free.getFileName().toString()) + "-");
        }
        return free;
    }

    /** As text, from which a name can be made. */
    private static String plain(String name) {
        try {
            return Path.of(name).toString();
        } catch (InvalidPathException e) {
            return name.replaceAll("[^ -~]", "_");
        }
    }

    private static Path bounded(Path name) {
        String text = CONTROL.matcher(name.toString())
                .replaceAll(found ->
                        String.format(Locale.ROOT, "%%%02X", (int) found.group().charAt(0)));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST_NAME) {
            return text.equals(name.toString()) ? name : Path.of(plain(text));
        }
        CRC32 sum = new CRC32();
        sum.update(bytes);
        String start = text;
        while (start.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME - 9) {
            start = start.substring(0, start.offsetByCodePoints(start.length(), -1));
        }
        return Path.of(String.format(Locale.ROOT, "%s~%08x", plain(start), sum.getValue()));
    }

    private static String key(Path path) {
        return Normalizer.normalize(path.toString(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }
}
