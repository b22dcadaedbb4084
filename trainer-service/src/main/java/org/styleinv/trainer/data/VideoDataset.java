package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * All frames of a folder of videos, decoded once and kept as bytes outside the Java heap, in a temporary file that is
 * mapped into memory. Training reads frames from it in any order, from any thread.
 *
 * <p>The file needs {@code frames * 3 * resolution * resolution} bytes in {@code java.io.tmpdir} and goes with
 * {@link #close}, or with the process.
 */
public final class VideoDataset implements AutoCloseable {
    private static final long LARGEST_MAP = 1 << 30; // a MappedByteBuffer ends at 2 GiB; half of it is easier to place
    private static final float[] VALUES = values();

    private final int resolution;
    private final int frameBytes;
    private final List<Clip> clips;
    private final List<Problem> problems;
    private final long totalFrames;
    private final FileChannel scratch;
    private final int framesPerMap;
    private final MappedByteBuffer[] maps;
    private volatile boolean closed;

    /** A file that is no good, and why. */
    public record Problem(Path file, String reason) {
        @Override
        public String toString() {
            return file + ": " + reason;
        }
    }

    /**
     * One video: where its frames lie in the scratch file, which need not be side by side.
     *
     * @param side of the square that was brought to the resolution
     * @param digest of all frames as they are kept
     */
    private record Clip(Path file, double fps, int side, long digest, long[] slots) {}

    private VideoDataset(int resolution, List<Clip> clips, List<Problem> problems, FileChannel scratch, long slots)
            throws IOException {
        this.resolution = resolution;
        this.frameBytes = 3 * resolution * resolution;
        this.clips = clips;
        this.problems = problems;
        this.scratch = scratch;
        this.totalFrames = clips.stream().mapToLong(clip -> clip.slots.length).sum();
        framesPerMap = (int) (LARGEST_MAP / frameBytes);
        maps = new MappedByteBuffer[(int) ((slots + framesPerMap - 1) / framesPerMap)];
        for (int i = 0; i < maps.length; i++) {
            long start = (long) i * framesPerMap;
            maps[i] = scratch.map(
                    FileChannel.MapMode.READ_ONLY,
                    start * frameBytes,
                    Math.min(framesPerMap, slots - start) * frameBytes);
        }
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
        if (Files.isRegularFile(dir)) {
            try (FileSystem zip = FileSystems.newFileSystem(dir)) {
                return open(zip.getPath("/"), resolution, minFrames, progress);
            } catch (ProviderNotFoundException e) {
                throw new IOException(dir + " is neither a folder nor a ZIP file", e);
            }
        }
        List<Path> files = Sources.in(dir);
        Path file = Files.createTempFile("styleinv-frames-", ".rgb");
        // deleted when closed and, where the system can, from the directory at once: a killed process leaves nothing
        FileChannel scratch = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        try {
            var clips = new Clip[files.size()];
            var problems = new Problem[files.size()];
            var slots = new AtomicLong();
            Parallel.run(
                    files.size(),
                    i -> {
                        try {
                            clips[i] = decode(files.get(i), resolution, minFrames, scratch, slots);
                        } catch (BadVideo e) {
                            problems[i] = new Problem(files.get(i), e.getMessage());
                        }
                    },
                    progress);
            List<Problem> bad = Arrays.stream(problems).filter(Objects::nonNull).toList();
            List<Clip> good = Arrays.stream(clips).filter(Objects::nonNull).toList();
            if (good.isEmpty()) {
                throw new IOException("no video in " + dir + " can be used: "
                        + bad.stream().limit(5).map(Problem::toString).collect(Collectors.joining("; "))
                        + (bad.size() > 5 ? "; and " + (bad.size() - 5) + " more" : ""));
            }
            return new VideoDataset(resolution, good, bad, scratch, slots.get());
        } catch (IOException | RuntimeException e) {
            scratch.close();
            throw e;
        }
    }

    /** Videos that can be used. */
    public int clips() {
        return clips.size();
    }

    /** Frames of {@code clip}. */
    public int frames(int clip) {
        return clips.get(clip).slots.length;
    }

    /** The file {@code clip} was decoded from. */
    public Path file(int clip) {
        return clips.get(clip).file;
    }

    /** Frames a second of {@code clip}, as its file says; 0 for a folder of pictures. */
    public double fps(int clip) {
        return clips.get(clip).fps;
    }

    /** Frames of all clips. */
    public long totalFrames() {
        return totalFrames;
    }

    /** Pixels a side of every frame. */
    public int resolution() {
        return resolution;
    }

    /** Files that were left out, sorted by path. */
    public List<Problem> problems() {
        return problems;
    }

    /** Videos that are used, but look wrong: too small, or the same as another. */
    public List<Problem> remarks() {
        List<Problem> remarks = new ArrayList<>();
        Map<Long, Path> seen = new HashMap<>();
        for (Clip clip : clips) {
            if (clip.side < resolution) {
                remarks.add(
                        new Problem(clip.file, "is " + clip.side + " pixels a side and is enlarged to " + resolution));
            }
            Path same = seen.putIfAbsent(clip.digest, clip.file);
            if (same != null) {
                remarks.add(new Problem(clip.file, "shows the very frames of " + same));
            }
        }
        return remarks;
    }

    /**
     * Puts a frame into {@code into} from {@code offset} on: {@code [3, resolution, resolution]} RGB in [-1, 1].
     * Safe from any thread.
     *
     * @param mirror whether left and right are exchanged
     */
    public void read(int clip, int frame, boolean mirror, float[] into, int offset) {
        long[] slots = clips.get(clip).slots;
        Objects.checkIndex(frame, slots.length);
        Objects.checkFromIndexSize(offset, frameBytes, into.length);
        if (closed) {
            throw new IllegalStateException("the data set is closed");
        }
        var bytes = new byte[frameBytes];
        maps[(int) (slots[frame] / framesPerMap)].get((int) (slots[frame] % framesPerMap) * frameBytes, bytes);
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
        scratch.close();
    }

    /** Decodes one video to the end of the scratch file. Frames of a video found bad late stay there, unused. */
    private static Clip decode(Path file, int resolution, int minFrames, FileChannel scratch, AtomicLong slots)
            throws IOException, BadVideo {
        var planar = new byte[3 * resolution * resolution];
        long[] used = new long[256];
        int count = 0;
        double fps;
        long claimed;
        int side;
        var check = new CRC32();
        var otherCheck = new CRC32C();
        try (FrameSource reader = opened(file)) {
            fps = reader.fps();
            side = Math.min(reader.width(), reader.height());
            claimed = reader.claimedFrames();
            var scaler = new SquareScaler(reader.width(), reader.height(), resolution);
            for (Optional<byte[]> frame = next(reader); frame.isPresent(); frame = next(reader)) {
                scaler.scale(frame.get(), planar);
                check.update(planar);
                otherCheck.update(planar);
                if (count == used.length) {
                    used = Arrays.copyOf(used, 2 * count);
                }
                used[count] = slots.getAndIncrement();
                write(scratch, planar, used[count] * planar.length);
                count++;
            }
        }
        if (count < 0.9 * claimed) { // edit lists may hide a few frames of a healthy file
            throw new BadVideo("ends after " + count + " of " + claimed + " frames: it is truncated or damaged");
        }
        if (count < minFrames) {
            throw new BadVideo("has " + count + " frames, but at least " + minFrames + " are needed");
        }
        long digest = check.getValue() << 32 | otherCheck.getValue();
        return new Clip(file, fps, side, digest, Arrays.copyOf(used, count));
    }

    private static FrameSource opened(Path file) throws BadVideo {
        try {
            return Sources.open(file);
        } catch (IOException e) {
            throw new BadVideo(e.getMessage());
        }
    }

    private static Optional<byte[]> next(FrameSource reader) throws BadVideo {
        try {
            return reader.next();
        } catch (IOException e) {
            throw new BadVideo(e.getMessage());
        }
    }

    private static void write(FileChannel scratch, byte[] bytes, long position) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                position += scratch.write(buffer, position);
            }
        } catch (IOException e) {
            throw new IOException(
                    "cannot keep decoded frames in " + System.getProperty("java.io.tmpdir") + " (" + e.getMessage()
                            + "): free some space, or choose another folder with -Djava.io.tmpdir",
                    e);
        }
    }

    private static float[] values() {
        var values = new float[256];
        for (int i = 0; i < 256; i++) {
            values[i] = i / 127.5f - 1;
        }
        return values;
    }

    /** A video is no good; unlike a full disk, this is no reason to stop. */
    private static final class BadVideo extends Exception {
        private static final long serialVersionUID = 1;

        BadVideo(String reason) {
            super(reason, null, false, false);
        }
    }
}
