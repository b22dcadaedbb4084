package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.Source;
import org.styleinv.trainer.data.frame.BadFrame;
import org.styleinv.trainer.data.frame.Opened;
import org.styleinv.trainer.data.frame.SquareScaler;
import org.styleinv.trainer.data.video.FrameSource;

/**
 * What is known of a good video once all its frames were decoded.
 *
 * @param fps frames a second as the file says, 0 for a folder of pictures
 * @param side of the square that was brought to the resolution
 * @param digest of all frames as training sees them
 * @param shortest seconds between two frames that follow each other
 * @param longest likewise; 0 where nothing says
 */
public record Clip(Path file, double fps, int side, int frames, long digest, double shortest, double longest) {
    /** Takes the frames in their order: planar bytes {@code [3, resolution, resolution]}, whose array is used again. */
    @FunctionalInterface
    interface Sink {
        void frame(byte[] planar) throws IOException;
    }

    /** A video is no good; unlike a full disk, this is no reason to stop. */
    static final class Bad extends Exception {
        private static final long serialVersionUID = 1;

        private final transient List<Problem> problems;

        Bad(List<Problem> problems) {
            super(problems.toString(), null, false, false);
            this.problems = problems;
        }

        Bad(Path file, String reason) {
            this(List.of(new Problem(file, reason)));
        }

        List<Problem> problems() {
            return problems;
        }
    }

    /**
     * Decodes the whole of {@code source}, each frame cropped to its middle square and brought to {@code resolution}.
     *
     * @throws IOException only what {@code sink} throws
     */
    static Clip decode(Source source, int resolution, Sink sink) throws IOException, Bad {
        Path file = source.path();
        var planar = new byte[3 * resolution * resolution];
        var bad = new ArrayList<Problem>();
        var check = new CRC32();
        var otherCheck = new CRC32C();
        int count = 0;
        double time = 0;
        double shortest = Double.MAX_VALUE;
        double longest = 0;
        try (FrameSource video = opened(source)) {
            var scaler = new SquareScaler(video.width(), video.height(), resolution);
            for (Optional<byte[]> frame = next(file, video, bad); frame.isPresent(); frame = next(file, video, bad)) {
                scaler.scale(frame.get(), planar);
                check.update(planar);
                otherCheck.update(planar);
                sink.frame(planar);
                if (count++ > 0) {
                    shortest = Math.min(shortest, video.time() - time);
                    longest = Math.max(longest, video.time() - time);
                }
                time = video.time();
            }
            if (!bad.isEmpty()) {
                throw new Bad(bad);
            }
            if (count == 0) {
                throw new Bad(file, EMPTY);
            }
            int side = Math.min(video.width(), video.height());
            long digest = check.getValue() << 32 | otherCheck.getValue();
            return new Clip(file, video.fps(), side, count, digest, Math.min(shortest, longest), longest);
        }
    }

    public static final String EMPTY = "has no frame that can be read: it is truncated or damaged";

    /** How many frames {@code source} says it has, without reading them; 0 where it does not say or cannot be read. */
    static long claimedFrames(Source source) throws IOException {
        if (source.folder()) {
            return source.files().size();
        }
        try (FrameSource video = opened(source)) {
            return video.claimedFrames();
        } catch (Bad e) {
            return 0; // decoding will say more
        }
    }

    /** Whether frames follow each other at a rate that is not one: by more than half a frame and a clock's rounding. */
    boolean uneven() {
        return longest > 1.5 * shortest + 0.002;
    }

    private static FrameSource opened(Source source) throws Bad {
        try {
            return Opened.of(source, Opened.WHITE);
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError e) {
            throw new Bad(source.path(), words(e));
        }
    }

    /** The next good frame; bad ones before it are noted, and what ends the video is thrown. */
    private static Optional<byte[]> next(Path file, FrameSource video, List<Problem> bad) throws Bad {
        while (true) {
            try {
                return video.next();
            } catch (BadFrame e) {
                bad.add(e.problem());
            } catch (IOException | RuntimeException | StackOverflowError | LinkageError e) {
                bad.add(new Problem(file, words(e)));
                throw new Bad(bad);
            }
        }
    }

    /** What whoever reads a file threw, as a sentence. */
    public static String words(Throwable failure) {
        return failure instanceof IOException && failure.getMessage() != null
                ? failure.getMessage()
                : "cannot be read: it is damaged (" + failure + ")";
    }
}
