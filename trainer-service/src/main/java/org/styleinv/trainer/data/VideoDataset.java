package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * All frames of a folder of videos, decoded once and kept as bytes outside the Java heap, in a temporary file that is
 * mapped into memory. Training reads frames from it in any order, from any thread.
 *
 * <p>The file needs {@code frames * 3 * resolution * resolution} bytes in {@code java.io.tmpdir} and goes with
 * {@link #close}, or with the process. Memory is only lent to it: what does not fit is read from the disk again.
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

    /** A file that is no good, and why. */
    public record Problem(Path file, String reason) {
        @Override
        public String toString() {
            return file + ": " + reason;
        }
    }

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
        if (resolution < 4 || resolution > 4096) {
            throw new IllegalArgumentException("resolution must be in [4, 4096], got " + resolution);
        }
        return Sources.with(dir, root -> decoded(dir, Sources.in(root), resolution, minFrames, progress));
    }

    private static VideoDataset decoded(Path dir, List<Path> files, int resolution, int minFrames, Progress progress)
            throws IOException {
        FrameStore.check(
                dir, claimed(files), resolution, FrameStore.folder().toFile().getUsableSpace());
        FrameStore store = new FrameStore(3 * resolution * resolution);
        try {
            var all = new Slots[files.size()];
            Survey survey = Survey.decode(
                    files,
                    resolution,
                    minFrames,
                    source -> {
                        var slots = new Slots();
                        all[source] = slots;
                        return planar -> slots.add(store.add(planar));
                    },
                    progress);
            List<Path> good = survey.clips().stream().map(Clip::file).toList();
            if (good.isEmpty()) {
                throw new IOException("no video in " + dir + " can be used: " + some(survey.problems()));
            }
            var slots = new ArrayList<long[]>();
            for (int i = 0; i < all.length; i++) {
                if (slots.size() < good.size() && files.get(i).equals(good.get(slots.size()))) {
                    slots.add(all[i].toArray());
                }
            }
            return new VideoDataset(dir, survey, slots.toArray(long[][]::new), store);
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Frames that the files say they have: fewer than there are, where some do not say. */
    private static long claimed(List<Path> files) throws IOException {
        var frames = new AtomicLong();
        Parallel.run(files.size(), i -> frames.addAndGet(Clip.claimedFrames(files.get(i))), Progress.NONE);
        return frames.get();
    }

    private static String some(List<Problem> problems) {
        return problems.stream().limit(5).map(Problem::toString).collect(Collectors.joining("; "))
                + (problems.size() > 5 ? "; and " + (problems.size() - 5) + " more" : "");
    }

    /** Videos that can be used. */
    public int clips() {
        return slots.length;
    }

    /** Frames of {@code clip}. */
    public int frames(int clip) {
        return slots[clip].length;
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
        return "%s: %,d videos, %,d frames, %s at %d x %d in %s"
                .formatted(
                        dir,
                        clips(),
                        totalFrames(),
                        FrameStore.size(survey.bytes()),
                        resolution,
                        resolution,
                        FrameStore.folder());
    }

    /** Pixels a side of every frame. */
    public int resolution() {
        return resolution;
    }

    /** Files that were left out, sorted by path. */
    public List<Problem> problems() {
        return survey.problems();
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

    /** Gives the temporary file back; frames cannot be read any more. */
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
