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
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.styleinv.trainer.data.VideoDataset.Problem;

/**
 * Decoded frames that outlive their run, in a folder: an index, whose name says of which files (path, size, time of the last
 * change) at which resolution it is, and the frames beside it. The index comes last, so what has one is whole; runs that
 * decode the same at once each write their own frames, and one index wins.
 */
final class FrameCache {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final Path root;
    private final Path index;

    /** Videos that were decoded, where their frames are, and the store they are in. */
    record Kept(Survey survey, List<long[]> slots, FrameStore store) {}

    /** As it is written: paths are strings, and slots belong to the clips in their order. */
    record Index(String frames, int resolution, List<Entry> clips, List<Fault> problems, List<long[]> slots) {}

    record Entry(String file, double fps, int side, int frames, long digest, double shortest, double longest) {}

    record Fault(String file, String reason) {}

    /** The cache in {@code folder} of what {@code files} below {@code root} hold now. */
    FrameCache(Path folder, Path root, List<Path> files, int resolution) throws IOException {
        this.folder = folder;
        this.root = root;
        Files.createDirectories(folder);
        index = folder.resolve("frames-" + key(root, files, resolution) + ".json");
    }

    private static String key(Path root, List<Path> files, int resolution) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        digest.update(("1 " + resolution).getBytes(StandardCharsets.UTF_8)); // 1: how frames are decoded and kept
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                try (Stream<Path> pictures = Files.list(file)) {
                    for (Path picture : pictures.filter(Picture::is).sorted().toList()) {
                        add(digest, root, picture);
                    }
                }
            } else {
                add(digest, root, file);
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static void add(MessageDigest digest, Path root, Path file) throws IOException {
        String line = "\n" + root.relativize(file) + "\t" + Files.size(file) + "\t"
                + Files.getLastModifiedTime(file).toMillis();
        digest.update(line.getBytes(StandardCharsets.UTF_8));
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
                    root.resolve(entry.file),
                    entry.fps,
                    entry.side,
                    entry.frames,
                    entry.digest,
                    entry.shortest,
                    entry.longest));
        }
        List<Problem> problems = kept.problems.stream()
                .map(fault -> new Problem(root.resolve(fault.file), fault.reason))
                .toList();
        return Optional.of(new Kept(
                new Survey(kept.resolution, clips, problems), kept.slots, FrameStore.of(frames, slots, frameBytes)));
    }

    /** Keeps what was decoded into a store of {@link #store}; where it cannot, the store goes when it is closed. */
    void keep(Kept decoded) throws IOException {
        List<Entry> clips = new ArrayList<>();
        for (Clip clip : decoded.survey.clips()) {
            clips.add(new Entry(
                    name(clip.file()),
                    clip.fps(),
                    clip.side(),
                    clip.frames(),
                    clip.digest(),
                    clip.shortest(),
                    clip.longest()));
        }
        List<Fault> problems = decoded.survey.problems().stream()
                .map(problem -> new Fault(name(problem.file()), problem.reason()))
                .toList();
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

    private String name(Path file) {
        return root.relativize(file).toString();
    }
}
