package org.styleinv.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.styleinv.trainer.data.file.DataFile;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.Source;
import org.styleinv.trainer.data.find.Sources;

/**
 * Decoded frames that outlive their run, in a folder: an index, whose name says of which files (path, size, time of the last
 * change) at which resolution it is, and the frames beside it. The index comes last, so what has one is whole; runs that
 * decode the same at once each write their own frames, and one index wins.
 */
final class FrameCache {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int WHOLE = -1;

    private final Path folder;
    private final List<Source> videos;
    private final Map<Path, Fault> places = new HashMap<>();
    private final Path index;

    /** Videos that were decoded, where their frames are, and the store they are in. */
    record Kept(Survey survey, List<long[]> slots, FrameStore store) {}

    /** As it is written: videos and files are numbers, for not every name is text; slots belong to the clips in their order. */
    record Index(String frames, int resolution, List<Entry> clips, List<Fault> problems, List<long[]> slots) {}

    record Entry(int video, double fps, int side, int frames, long digest, double shortest, double longest) {}

    record Fault(int video, int file, String reason) {}

    /** The cache in {@code folder} of what {@code sources} hold now. */
    FrameCache(Path folder, Sources sources, int resolution) throws IOException {
        this.folder = folder;
        videos = sources.videos();
        for (int video = 0; video < videos.size(); video++) {
            List<DataFile> files = videos.get(video).files();
            for (int file = 0; file < files.size(); file++) {
                places.put(files.get(file).path(), new Fault(video, file, ""));
            }
            places.put(videos.get(video).path(), new Fault(video, WHOLE, ""));
        }
        Files.createDirectories(folder);
        index = folder.resolve("frames-" + key(sources, resolution) + ".json");
    }

    private static String key(Sources sources, int resolution) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        digest.update(
                ("2 " + resolution).getBytes(StandardCharsets.UTF_8)); // 2: how frames are found, decoded and kept
        for (Source video : sources.videos()) {
            for (DataFile file : video.files()) {
                String line = "\n" + file.place() + "\t" + file.size() + "\t"
                        + file.modified().toMillis();
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    /** A store that {@link #keep} can keep. */
    FrameStore store(int frameBytes) throws IOException {
        return FrameStore.in(folder, frameBytes);
    }

    /** What was kept, if it is there and whole. */
    Optional<Kept> find() throws IOException {
        if (!Files.exists(index)) {
            return Optional.empty();
        }
        JsonNode json = JSON.readTree(index.toFile());
        Index kept = JSON.treeToValue(json, Index.class);
        if (kept == null) {
            return Optional.empty();
        }
        long slots = 0;
        for (long[] of : kept.slots) {
            for (long slot : of) {
                slots = Math.max(slots, slot + 1);
            }
        }
        int frameBytes = 3 * kept.resolution * kept.resolution;
        Path frames = folder.resolve(kept.frames);
        if (!Files.exists(frames) || Files.size(frames) < slots * frameBytes) {
            return Optional.empty();
        }
        List<Clip> clips = new ArrayList<>();
        for (Entry entry : kept.clips) {
            clips.add(new Clip(
                    videos.get(entry.video).path(),
                    entry.fps,
                    entry.side,
                    entry.frames,
                    entry.digest,
                    entry.shortest,
                    entry.longest));
        }
        List<Problem> problems = kept.problems.stream().map(this::problem).toList();
        return Optional.of(new Kept(
                new Survey(kept.resolution, clips, problems, Account.NONE),
                kept.slots,
                FrameStore.of(frames, slots, frameBytes)));
    }

    /** Keeps what was decoded into a store of {@link #store}; where it cannot, the store goes when it is closed. */
    void keep(Kept decoded) throws IOException {
        List<Entry> clips = new ArrayList<>();
        for (Clip clip : decoded.survey.clips()) {
            clips.add(new Entry(
                    Objects.requireNonNull(places.get(clip.file()), clip.file()::toString).video,
                    clip.fps(),
                    clip.side(),
                    clip.frames(),
                    clip.digest(),
                    clip.shortest(),
                    clip.longest()));
        }
        List<Fault> problems =
                decoded.survey.problems().stream().map(this::fault).toList();
        String frames = decoded.store.file().getFileName().toString();
        decoded.store.force();
        Path part = Files.createTempFile(folder, ".index-", ".part");
        try {
            JSON.writeValue(
                    part.toFile(), new Index(frames, decoded.survey.resolution(), clips, problems, decoded.slots));
            Files.move(part, index, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        decoded.store.keep();
    }

    private Fault fault(Problem problem) {
        Fault place = Objects.requireNonNull(places.get(problem.file()), problem::toString);
        return new Fault(place.video, place.file, problem.reason());
    }

    private Problem problem(Fault fault) {
        Source video = videos.get(fault.video);
        return new Problem(
                fault.file == WHOLE
                        ? video.path()
                        : video.files().get(fault.file).path(),
                fault.reason);
    }
}
