package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.NaturalOrder;
import org.styleinv.trainer.data.find.Source;
import org.styleinv.trainer.data.find.Sources;

/**
 * All videos of a folder, each decoded to its end: which are good, and which are not. Nothing is kept, so a data set of any
 * size can be looked through before there is room for it.
 *
 * @param clips good videos, sorted by path
 * @param problems files that are no good, sorted by path
 * @param account of all files that were found
 */
public record Survey(int resolution, List<Clip> clips, List<Problem> problems, Account account) {
    public static final String TOO_LARGE =
            "takes more memory than there is: make its pictures smaller, or give more memory"
                    + " (STYLEINV_JAVA_OPTS=-Xmx4g)";

    public Survey {
        clips = List.copyOf(clips);
        problems = List.copyOf(problems);
    }

    /** Who gets the frames of each video. */
    @FunctionalInterface
    interface Sinks {
        Clip.Sink of(int source);
    }

    /**
     * Looks through {@code dir}, a folder or a ZIP file.
     *
     * @throws IOException if it holds nothing that could be a video
     */
    public static Survey of(Path dir, int resolution, int minFrames, Progress progress) throws IOException {
        return Sources.with(dir, sources -> decode(sources.videos(), resolution, source -> planar -> {}, progress)
                .atLeast(minFrames)
                .with(sources));
    }

    static Survey decode(List<Source> videos, int resolution, Sinks sinks, Progress progress) throws IOException {
        var clips = new Clip[videos.size()];
        List<List<Problem>> problems = new ArrayList<>(Collections.nCopies(videos.size(), List.of()));
        Parallel.run(
                videos.size(),
                i -> {
                    try {
                        clips[i] = Clip.decode(videos.get(i), resolution, sinks.of(i));
                    } catch (Clip.Bad e) {
                        problems.set(i, e.problems());
                    }
                },
                i -> problems.set(i, List.of(new Problem(videos.get(i).path(), TOO_LARGE))),
                progress);
        return new Survey(
                resolution,
                Arrays.stream(clips).filter(Objects::nonNull).toList(),
                problems.stream().flatMap(List::stream).toList(),
                Account.NONE);
    }

    /** The same with what was left out, or deserves a look, before anything was decoded. */
    Survey with(Sources sources) {
        List<Problem> all = new ArrayList<>(sources.problems());
        all.addAll(problems);
        return new Survey(
                resolution,
                clips,
                NaturalOrder.sorted(all, Problem::file),
                Account.of(sources, clips.stream().map(Clip::file).toList(), sources.notes()));
    }

    /** The same, but videos with fewer frames are no good. */
    Survey atLeast(int minFrames) {
        List<Clip> good = new ArrayList<>();
        List<Problem> bad = new ArrayList<>(problems);
        for (Clip clip : clips) {
            if (clip.frames() < minFrames) {
                bad.add(new Problem(
                        clip.file(), "has " + clip.frames() + " frames, but at least " + minFrames + " are needed"));
            } else {
                good.add(clip);
            }
        }
        return new Survey(resolution, good, NaturalOrder.sorted(bad, Problem::file), account);
    }

    /** Frames of all good videos. */
    public long frames() {
        return clips.stream().mapToLong(Clip::frames).sum();
    }

    /** What the frames take on disk while a run reads them. */
    public long bytes() {
        return frames() * 3 * resolution * resolution;
    }

    /** The same in words, with what is left where a run would put them. */
    public String room() throws IOException {
        long free = FrameStore.folder().toFile().getUsableSpace();
        return String.format(
                Locale.ROOT,
                "%s at %d x %d, of %s free in %s%s",
                FrameStore.size(bytes()),
                resolution,
                resolution,
                FrameStore.size(free),
                FrameStore.folder(),
                bytes() > free ? ": too little" : "");
    }

    /** Videos that can be used, but look wrong: too small, of a varying frame rate, or the same as another. */
    public List<Problem> remarks() {
        List<Problem> remarks = new ArrayList<>(account.notes());
        Map<Long, Path> seen = new HashMap<>();
        for (Clip clip : clips) {
            if (clip.side() < resolution) {
                remarks.add(new Problem(
                        clip.file(), "is " + clip.side() + " pixels a side and is enlarged to " + resolution));
            }
            if (clip.uneven()) {
                remarks.add(new Problem(
                        clip.file(),
                        String.format(
                                Locale.ROOT,
                                "shows its frames for %.0f to %.0f ms each: 'dataset import --fps' brings them to one rate",
                                1000 * clip.shortest(),
                                1000 * clip.longest())));
            }
            Path same = seen.putIfAbsent(clip.digest(), clip.file());
            if (same != null) {
                remarks.add(new Problem(clip.file(), "shows the very frames of " + same));
            }
        }
        return NaturalOrder.sorted(remarks, Problem::file);
    }
}
