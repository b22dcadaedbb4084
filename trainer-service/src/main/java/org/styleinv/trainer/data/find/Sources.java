package org.styleinv.trainer.data.find;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.styleinv.network.file.FileRefused;
import org.styleinv.trainer.data.file.Archive;
import org.styleinv.trainer.data.file.DataFile;
import org.styleinv.trainer.data.file.DiskFile;
import org.styleinv.trainer.data.file.Gif;
import org.styleinv.trainer.data.file.Judgement;
import org.styleinv.trainer.data.file.Judgement.Kind;
import org.styleinv.trainer.data.file.Kinds;
import org.styleinv.trainer.data.file.Problem;

/**
 * The videos of a folder or a ZIP: files that ffmpeg reads, and folders in which pictures lie. Every file is one of a
 * video's, or has a problem that names it, or is passed over as a kind that is no data (docs/training.md) and counted.
 *
 * @param videos in the order of their paths, numbers counting as numbers
 * @param files how many were found
 * @param passedOver how many of them are no data
 * @param problems what is left out, and why
 * @param notes what is read, but deserves a look
 */
public record Sources(
        Path top, List<Source> videos, int files, int passedOver, List<Problem> problems, List<Problem> notes) {
    public Sources {
        videos = List.copyOf(videos);
        problems = NaturalOrder.sorted(problems, Problem::file);
        notes = NaturalOrder.sorted(notes, Problem::file);
    }

    /** What is done with what was found. */
    @FunctionalInterface
    public interface Use<T> {
        T of(Sources sources) throws IOException;
    }

    /** Finds what {@code data} holds, a folder or a ZIP file, which stays open until {@code use} has returned. */
    public static <T> T with(Path data, Use<T> use) throws IOException {
        return with(data, Optional.empty(), use);
    }

    /**
     * The same, but nothing is looked for in the folder {@code results}, which may lie in {@code data}.
     *
     * @throws IOException a {@link FileRefused} if there is nothing that could be a video
     */
    public static <T> T with(Path data, Optional<Path> results, Use<T> use) throws IOException {
        if (Files.isDirectory(data)) {
            Listing listing = new Listing(data, results);
            Found found = new Found(data, listing.problems(), new ArrayList<>());
            found.passedOver = listing.passedOver();
            return use.of(found.sources(listing.files()));
        }
        if (!Files.exists(data)) {
            throw new FileRefused("there is no folder " + Problem.printable("" + data)
                    + ": give a folder of videos, or make one with 'styleinv dataset render'");
        }
        if (!Files.isRegularFile(data)) {
            throw new FileRefused(Problem.printable("" + data) + " is neither a folder nor a ZIP file");
        }
        try (Archive zip = new Archive(data)) {
            List<Problem> problems = new ArrayList<>();
            List<DataFile> files = zip.files(problems);
            return use.of(new Found(data, problems, new ArrayList<>(zip.notes())).sources(files));
        }
    }

    /** Sorts files by what they are. */
    private static final class Found {
        private final Path top;
        private final List<Problem> problems;
        private final List<Problem> notes;
        private final List<DataFile> videos = new ArrayList<>();
        private final Map<Path, List<DataFile>> pictures = new HashMap<>(); // by the folder's place
        private final Map<String, DataFile> companions = new HashMap<>();
        private int passedOver;

        Found(Path top, List<Problem> problems, List<Problem> notes) {
            this.top = top;
            this.problems = problems;
            this.notes = notes;
        }

        Sources sources(List<DataFile> files) throws IOException {
            int total = files.size() + problems.size() + passedOver;
            for (DataFile file : files) {
                take(file);
            }
            thumbnails();
            List<Source> sources = new ArrayList<>();
            for (DataFile video : videos) {
                sources.add(new Source(video.path(), video.place(), false, List.of(video), companions));
            }
            pictures.forEach((folder, of) -> folder(folder, of).ifPresent(sources::add));
            if (sources.isEmpty()) {
                String why = Problem.some(NaturalOrder.sorted(problems, Problem::file));
                throw new FileRefused(
                        "there is no video in " + Problem.printable("" + top) + ", and no folder of pictures"
                                + (why.isEmpty() ? "" : " (" + why + ")")
                                + ": put some there, or make some with 'styleinv dataset render'");
            }
            return new Sources(top, NaturalOrder.sorted(sources, Source::place), total, passedOver, problems, notes);
        }

        private void take(DataFile file) {
            for (Path part : file.place()) { // of a folder those were passed over already, of a ZIP not
                if (Kinds.system(part.toString())) {
                    passedOver++;
                    return;
                }
            }
            if (Kinds.companion(file.name())) {
                passedOver++;
                companions.put(Source.key(above(file.place()), file.name()), file);
                return;
            }
            Judgement judgement;
            try (InputStream in = file.open()) {
                judgement = Kinds.of(file.name(), in.readNBytes(Kinds.HEAD));
                if (judgement.kind() == Kind.GIF) {
                    judgement = Judgement.of(Gif.moves(file) ? Kind.VIDEO : Kind.PICTURE);
                }
            } catch (IOException e) {
                problems.add(new Problem(file.path(), Listing.reason(e)));
                return;
            }
            switch (judgement.kind()) {
                case PICTURE ->
                    pictures.computeIfAbsent(above(file.place()), at -> new ArrayList<>())
                            .add(file);
                case VIDEO -> videos.add(file);
                default -> problems.add(new Problem(file.path(), judgement.reason()));
            }
        }

        /** A picture with the name of the video beside it is that video's preview, and no frame of another one. */
        private void thumbnails() {
            Set<String> names = new HashSet<>();
            for (DataFile video : videos) {
                names.add(Source.key(above(video.place()), video.name()));
                names.add(Source.key(above(video.place()), NaturalOrder.stem(video.name())));
            }
            pictures.forEach((folder, of) -> of.removeIf(picture -> {
                boolean preview = names.contains(Source.key(folder, NaturalOrder.stem(picture.name())));
                if (preview) {
                    problems.add(
                            new Problem(picture.path(), "has the name of the video beside it: a preview is no frame"));
                }
                return preview;
            }));
        }

        private Optional<Source> folder(Path place, List<DataFile> of) {
            if (of.isEmpty()) {
                return Optional.empty();
            }
            Path path = place.toString().isEmpty() ? top : above(of.get(0).path());
            List<DataFile> frames = NaturalOrder.sorted(of, DataFile::place);
            Numbering numbering =
                    new Numbering(frames.stream().map(DataFile::name).toList());
            Optional<String> doubled = numbering.doubled();
            if (doubled.isPresent()) {
                problems.add(new Problem(path, doubled.get()));
                return Optional.empty();
            }
            numbering.notes().forEach(note -> notes.add(new Problem(path, note)));
            if (videos.stream().anyMatch(video -> above(video.place()).equals(place))) {
                notes.add(new Problem(
                        path,
                        "has videos and " + of.size() + " pictures in it: the pictures are a video of their own"));
            }
            Source video = new Source(path, place, true, frames, companions);
            if (path.equals(top)) {
                besideTop(video);
            }
            return Optional.of(video);
        }

        /** Landmarks of the top folder may lie beside it. */
        private void besideTop(Source video) {
            for (String ending : List.of(".json", ".csv")) {
                String name = video.name() + ending;
                Path file = top.toAbsolutePath().normalize().resolveSibling(name);
                if (Files.isRegularFile(file)) {
                    Path place = Path.of("..", name);
                    companions.put(
                            Source.key(above(place), name), new DiskFile(file, place, 0, FileTime.fromMillis(0)));
                }
            }
        }
    }

    /** The folder in which {@code place} is. */
    static Path above(Path place) {
        return place.getParent() == null ? place.getFileSystem().getPath("") : place.getParent();
    }
}
