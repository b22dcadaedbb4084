package org.styleinv.trainer.data.imported;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.styleinv.network.file.FileRefused;
import org.styleinv.network.file.FolderLock;
import org.styleinv.trainer.data.Account;
import org.styleinv.trainer.data.Parallel;
import org.styleinv.trainer.data.Progress;
import org.styleinv.trainer.data.Survey;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.Choice;
import org.styleinv.trainer.data.find.NaturalOrder;
import org.styleinv.trainer.data.find.Source;
import org.styleinv.trainer.data.find.Sources;
import org.styleinv.trainer.data.frame.Opened;
import org.styleinv.trainer.data.rendered.RenderedFaces;

/**
 * Brings any videos to one size and frame rate: a folder of PNG for each, which is StyleGAN-V's layout and loses nothing
 * more. The middle square is kept, or the one around the face; resizing is antialiased (Lanczos, to the bit as Pillow does
 * it).
 */
public final class ImportedVideos {
    /**
     * @param resolution of a frame's side
     * @param fps frames a second to keep, 0 for every frame
     * @param pictureFps frames a second of a folder of pictures, 0 where nobody knows: then it keeps every frame
     * @param alignment whether the face is cut out, by landmarks that lie beside each video or where it is found
     * @param smoothing of a face's track: the Gaussian's sigma in seconds
     * @param background {@code 0xrrggbb}, behind what is transparent in an animated picture or a drawing; elsewhere it is white
     * @param look that frames are kept in
     */
    public record Settings(
            int resolution,
            double fps,
            double pictureFps,
            Alignment alignment,
            double smoothing,
            int background,
            Drawn look) {
        /** The middle square of every frame. */
        public Settings(int resolution, double fps, double pictureFps) {
            this(resolution, fps, pictureFps, Alignment.NONE, 0, Opened.WHITE, Drawn.COLOUR);
        }

        public Settings {
            if (resolution < 8 || resolution > 4096) {
                throw new IllegalArgumentException("resolution must be in [8, 4096], got " + resolution);
            }
            rate("fps", fps);
            rate("picture-fps", pictureFps);
            if (!(smoothing >= 0 && smoothing <= 60)) {
                throw new IllegalArgumentException("align-smooth must be in [0, 60] seconds, got " + smoothing);
            }
        }

        private static void rate(String name, double value) {
            if (!(value >= 0 && value <= 1000)) {
                throw new IllegalArgumentException(name + " must be in [0, 1000], got " + value);
            }
        }

        private String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"kind\":\"imported\",\"resolution\":%d,\"fps\":%s%s%s%s%s}\n",
                    resolution,
                    fps,
                    pictureFps > 0 ? ",\"picture_fps\":" + pictureFps : "",
                    switch (alignment) {
                        case NONE -> "";
                        case CLIP -> ",\"align\":\"clip\"";
                        case TRACK, DETECT ->
                            ",\"align\":\"" + alignment.name().toLowerCase(Locale.ROOT) + "\",\"align_smooth\":"
                                    + smoothing;
                    },
                    background == Opened.WHITE
                            ? ""
                            : String.format(Locale.ROOT, ",\"background\":\"%06x\"", background),
                    look == Drawn.COLOUR ? "" : ",\"style\":\"" + look.name().toLowerCase(Locale.ROOT) + "\"");
        }
    }

    /**
     * What came of an import.
     *
     * @param videos that are imported, be it now or by a call before
     * @param account of all files that were found
     * @param problems files that are no good, by path
     */
    public record Result(int videos, Account account, List<Problem> problems) {
        public Result {
            problems = List.copyOf(problems);
        }
    }

    private ImportedVideos() {}

    /**
     * Imports what is missing of {@code from}, a folder or a ZIP file, into {@code to}; finished videos stay as they are,
     * so an interrupted call is resumed by the same call. What one video throws is its own problem, and the others are
     * imported all the same.
     *
     * @throws IOException if {@code to} holds videos of other settings, or cannot be written
     */
    public static Result run(Path from, Path to, Settings settings, Progress progress) throws IOException {
        return run(from, to, settings, Choice.ALL, progress);
    }

    /** The same for the chosen videos of {@code from}. */
    public static Result run(Path from, Path to, Settings settings, Choice choice, Progress progress)
            throws IOException {
        if (Files.exists(from) && Files.exists(to) && Files.isSameFile(from, to)) {
            throw new FileRefused(to + " is the very folder that is imported: choose another one for the result");
        }
        return Sources.with(from, Optional.of(to), found -> {
            Sources sources = choice.of(found, to);
            List<Source> videos = sources.videos();
            Targets targets = new Targets(to, videos);
            List<List<Problem>> bad = new ArrayList<>(Collections.nCopies(videos.size(), List.of()));
            try (FolderLock held = RenderedFaces.lock(to)) {
                RenderedFaces.claim(to, settings.json());
                Parallel.run(
                        videos.size(),
                        i -> {
                            if (!Files.exists(targets.of(i))) {
                                Path part = to.resolve(String.format(Locale.ROOT, ".part-%06d", i));
                                bad.set(i, convert(videos.get(i), part, targets.of(i), settings));
                            }
                        },
                        i -> bad.set(i, List.of(new Problem(videos.get(i).path(), Survey.TOO_LARGE))),
                        progress);
            }
            return result(sources, targets, bad);
        });
    }

    private static Result result(Sources sources, Targets targets, List<List<Problem>> bad) {
        List<Path> good = new ArrayList<>();
        List<Problem> problems = new ArrayList<>(sources.problems());
        for (int i = 0; i < bad.size(); i++) {
            problems.addAll(bad.get(i));
            if (bad.get(i).isEmpty()) {
                good.add(sources.videos().get(i).path());
            }
        }
        List<Problem> notes = new ArrayList<>(sources.notes());
        notes.addAll(targets.notes());
        Account account = Account.of(sources, good, notes);
        return new Result(good.size(), account, NaturalOrder.sorted(problems, Problem::file));
    }

    /** The video comes by its name at once and whole. */
    private static List<Problem> convert(Source source, Path part, Path target, Settings settings) throws IOException {
        try {
            delete(part);
            Files.createDirectories(part);
            List<Problem> failures = new VideoImport(source, part, settings).run();
            if (failures.isEmpty()) {
                Files.createDirectories(target.getParent());
                Files.move(part, target);
            }
            return failures;
        } finally {
            delete(part);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> tree = Files.walk(folder)) {
                for (Path file : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
