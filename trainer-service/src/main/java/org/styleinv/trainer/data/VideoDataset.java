package org.styleinv.trainer.data;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.styleinv.network.file.FileRefused;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.Source;
import org.styleinv.trainer.data.find.Sources;

/**
 * All frames of a folder of videos, decoded once and kept as bytes outside the Java heap, in a file that is mapped into
 * memory. Training reads frames from it in any order, from any thread.
 *
 * <p>The file needs {@code frames * 3 * resolution * resolution} bytes in {@code java.io.tmpdir} and goes with
 * {@link #close}, or with the process; or it stays in a cache. Memory is only lent to it: what does not fit is read from the disk again.
 */
public final class VideoDataset implements AutoCloseable {
    private static final float[] VALUES = values();

    private final Path dir;
    private final int resolution;
    private final int frameBytes;
    private final Survey survey;
    private final long[][] slots; // of each clip's frames in the store, which need not be side by side
    private final FrameStore store;
    private volatile boolean closed;

    private VideoDataset(Path dir, Survey survey, long[][] slots, FrameStore store) throws IOException {
        this.dir = dir;
        this.resolution = survey.resolution();
        this.frameBytes = 3 * resolution * resolution;
        this.survey = survey;
        this.slots = slots;
        this.store = store;
        store.map();
    }

    /**
     * Decodes every video in {@code dir} and the folders below it, sorted by path, each frame cropped to its middle
     * square and brought to {@code resolution}. A folder of pictures is a video, too, and {@code dir} may be a ZIP file:
     * the layouts of StyleGAN-V and of StyleGAN2-ADA (whose labels are not read).
     *
     * @param minFrames a video with fewer frames becomes a {@link Problem}, as one that cannot be read does
     * @throws IOException if there is not a single good video, or no room for their frames
     */
    public static VideoDataset open(Path dir, int resolution, int minFrames, Progress progress) throws IOException {
        return open(dir, resolution, minFrames, Optional.empty(), progress);
    }

    /**
     * The same, but frames that were decoded stay in the folder {@code cache}, and are taken from there as long as the
     * videos are what they were.
     */
    public static VideoDataset open(Path dir, int resolution, int minFrames, Optional<Path> cache, Progress progress)
            throws IOException {
        if (resolution < 4 || resolution > 4096) {
            throw new IllegalArgumentException("resolution must be in [4, 4096], got " + resolution);
        }
        return Sources.with(dir, sources -> {
            List<Source> videos = sources.videos();
            if (cache.isEmpty()) {
                FrameStore.check(dir, claimed(videos), resolution, FrameStore.folder(), free(FrameStore.folder()));
                FrameStore store = FrameStore.temporary(3 * resolution * resolution);
                return of(sources, minFrames, decoded(videos, resolution, store, progress));
            }
            FrameCache frames = new FrameCache(cache.get(), sources, resolution);
            Optional<FrameCache.Kept> kept = frames.find();
            if (kept.isPresent()) {
                return of(sources, minFrames, kept.get());
            }
            FrameStore.check(dir, claimed(videos), resolution, cache.get(), free(cache.get()));
            FrameCache.Kept decoded = decoded(videos, resolution, frames.store(3 * resolution * resolution), progress);
            if (!decoded.survey().clips().isEmpty()) {
                keep(frames, decoded);
            }
            return of(sources, minFrames, decoded);
        });
    }

    private static void keep(FrameCache frames, FrameCache.Kept decoded) throws IOException {
        try {
            frames.keep(decoded);
        } catch (IOException | RuntimeException e) {
            decoded.store().close();
            throw e;
        }
    }

    private static long free(Path folder) {
        return folder.toFile().getUsableSpace();
    }

    private static FrameCache.Kept decoded(List<Source> videos, int resolution, FrameStore store, Progress progress)
            throws IOException {
        try {
            var all = new Slots[videos.size()];
            Survey survey = Survey.decode(
                    videos,
                    resolution,
                    source -> {
                        var slots = new Slots();
                        all[source] = slots;
                        return planar -> slots.add(store.add(planar));
                    },
                    progress);
            List<long[]> slots = new ArrayList<>();
            for (int i = 0; i < all.length; i++) {
                if (slots.size() < survey.clips().size()
                        && videos.get(i)
                                .path()
                                .equals(survey.clips().get(slots.size()).file())) {
                    slots.add(all[i].toArray());
                }
            }
            return new FrameCache.Kept(survey, slots, store);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** The good ones of what was decoded, if there are any. */
    private static VideoDataset of(Sources sources, int minFrames, FrameCache.Kept decoded) throws IOException {
        try {
            Survey survey = decoded.survey().atLeast(minFrames).with(sources);
            if (survey.clips().isEmpty()) {
                throw new FileRefused(
                        "no video in " + sources.top() + " can be used: " + Problem.some(survey.problems()));
            }
            long[][] slots = decoded.slots().stream()
                    .filter(of -> of.length >= minFrames)
                    .toArray(long[][]::new);
            return new VideoDataset(sources.top(), survey, slots, decoded.store());
        } catch (IOException | RuntimeException e) {
            decoded.store().close();
            throw e;
        }
    }

    /** Frames that the files say they have: fewer than there are, where some do not say. */
    private static long claimed(List<Source> videos) throws IOException {
        var frames = new AtomicLong();
        Parallel.run(videos.size(), i -> frames.addAndGet(Clip.claimedFrames(videos.get(i))), Progress.NONE);
        return frames.get();
    }

    /** Videos that can be used. */
    public int clips() {
        return slots.length;
    }

    /** Frames of {@code clip}. */
    public int frames(int clip) {
        return slots[clip].length;
    }

    /** Frames of the shortest clip. */
    public int shortest() {
        return Arrays.stream(slots).mapToInt(of -> of.length).min().orElseThrow();
    }

    /** Frames of the longest clip. */
    public int longest() {
        return Arrays.stream(slots).mapToInt(of -> of.length).max().orElseThrow();
    }

    /** The file {@code clip} was decoded from. */
    public Path file(int clip) {
        return survey.clips().get(clip).file();
    }

    /** Frames a second of {@code clip}, as its file says; 0 for a folder of pictures. */
    public double fps(int clip) {
        return survey.clips().get(clip).fps();
    }

    /** Frames of all clips. */
    public long totalFrames() {
        return survey.frames();
    }

    /** How many there are and what they take in the temporary file, in words. */
    public String room() {
        return String.format(
                Locale.ROOT,
                "%s: %,d videos, %,d frames, %s at %d x %d in %s",
                dir,
                clips(),
                totalFrames(),
                FrameStore.size(survey.bytes()),
                resolution,
                resolution,
                store.file().getParent());
    }

    /** SHA-256 in hex of what the videos show at this resolution, whatever their files are called. */
    public String digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(resolution).array());
            survey.clips().stream()
                    .mapToLong(Clip::digest)
                    .sorted()
                    .forEach(clip -> digest.update(
                            ByteBuffer.allocate(Long.BYTES).putLong(clip).array()));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Pixels a side of every frame. */
    public int resolution() {
        return resolution;
    }

    /** Files that were left out, sorted by path. */
    public List<Problem> problems() {
        return survey.problems();
    }

    /** Names what is left out, and counts it, for whoever is about to learn from the rest. */
    public void tell(PrintStream out) {
        problems().forEach(problem -> out.println("left out: " + problem));
        survey.account().notes().forEach(note -> out.println("look at: " + note));
        if (!problems().isEmpty()) {
            out.println(Problem.printable(dir + ": " + account()));
        }
    }

    /** Of every file that was found: read, left out, or passed over. */
    public Account account() {
        return survey.account();
    }

    /** Videos that are used, but look wrong: {@link Survey#remarks}. */
    public List<Problem> remarks() {
        return survey.remarks();
    }

    /**
     * Puts a frame into {@code into} from {@code offset} on: {@code [3, resolution, resolution]} RGB in [-1, 1].
     * Safe from any thread.
     *
     * @param mirror whether left and right are exchanged
     */
    public void read(int clip, int frame, boolean mirror, float[] into, int offset) {
        Objects.checkIndex(frame, slots[clip].length);
        Objects.checkFromIndexSize(offset, frameBytes, into.length);
        if (closed) {
            throw new IllegalStateException("the data set is closed");
        }
        byte[] bytes = store.read(slots[clip][frame]);
        if (!mirror) {
            for (int i = 0; i < frameBytes; i++) {
                into[offset + i] = VALUES[bytes[i] & 255];
            }
            return;
        }
        for (int row = 0; row < frameBytes; row += resolution) {
            for (int x = 0; x < resolution; x++) {
                into[offset + row + x] = VALUES[bytes[row + resolution - 1 - x] & 255];
            }
        }
    }

    /** Gives a temporary file back; frames cannot be read any more. */
    @Override
    public void close() throws IOException {
        closed = true;
        store.close();
    }

    private static float[] values() {
        var values = new float[256];
        for (int i = 0; i < 256; i++) {
            values[i] = i / 127.5f - 1;
        }
        return values;
    }

    /** Slots of one video's frames, in order; those of a video found bad late stay unused. */
    private static final class Slots {
        private long[] slots = new long[256];
        private int count;

        void add(long slot) {
            if (count == slots.length) {
                slots = Arrays.copyOf(slots, 2 * count);
            }
            slots[count++] = slot;
        }

        long[] toArray() {
            return Arrays.copyOf(slots, count);
        }
    }
}
