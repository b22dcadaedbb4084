package org.styleinv.trainer.data.video;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;
import org.styleinv.network.picture.PictureKind;
import org.styleinv.network.picture.PictureReader;

/** Reads the frames of any video that ffmpeg understands, as every viewer shows them, in order. */
public final class VideoReader implements FrameSource {
    /** A little more than 8K. A frame is held some six times, as bytes, by two threads, within a heap of 1 GB. */
    private static final long MAX_PIXELS = 36_000_000;

    private final Path path;
    private final FrameDecoder decoder;
    private final FrameFilter filter;
    private final int width;
    private final int height;
    private FrameFilter.@Nullable Shown ahead; // the first frame until it is asked for: it says how large all are
    private double aheadTime;
    private long frames;
    private double time; // of the last frame, seconds

    static {
        silence();
    }

    /**
     * Opens {@code path} at its first frame.
     *
     * @throws IOException if it has none that can be read
     */
    public VideoReader(Path path) throws IOException {
        this.path = path;
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IOException(path + " is a video inside a ZIP file, where ffmpeg cannot read: unpack it");
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException("there is no video file at " + path);
        }
        if (Files.size(path) == 0) {
            throw new IOException(path + " is an empty file, not a video");
        }
        if (isAnimatedWebp(path)) {
            throw new IOException(
                    path + " is an animated WebP, which ffmpeg does not read: make a video or a GIF of it");
        }
        decoder = new FrameDecoder(path, MAX_PIXELS);
        filter = new FrameFilter(MAX_PIXELS, decoder.edges());
        FrameFilter.Shown first;
        try {
            first = read();
            if (first == null) {
                throw new IOException(path + " has no frame that can be read: it is truncated or damaged");
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        ahead = first;
        aheadTime = time;
        width = first.width();
        height = first.height();
    }

    private static boolean isAnimatedWebp(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(PictureReader.HEAD);
            return PictureKind.of(head).equals(Optional.of(PictureKind.WEBP)) && PictureReader.isAnimation(head);
        }
    }

    /** Pixels of an upright frame from left to right: telephones store portraits lying. */
    @Override
    public int width() {
        return width;
    }

    /** Pixels of an upright frame from top to bottom. */
    @Override
    public int height() {
        return height;
    }

    /** Frames a second, as the file says. */
    @Override
    public double fps() {
        AVRational rate = decoder.stream().avg_frame_rate();
        rate = rate.num() > 0 && rate.den() > 0 ? rate : decoder.stream().r_frame_rate();
        return rate.num() > 0 && rate.den() > 0 ? avutil.av_q2d(rate) : 0;
    }

    /** When the last frame given begins to be shown, in seconds: not its index over {@link #fps} where the rate varies. */
    @Override
    public double time() {
        return time;
    }

    /** How many frames the file claims to hold; 0 where its format does not say. Edit lists may hide some. */
    @Override
    public long claimedFrames() {
        return decoder.stream().nb_frames();
    }

    /**
     * The next frame, {@code height} rows of {@code width} pixels, each red, green, blue; empty after the last.
     *
     * @throws IOException if the file is damaged there, or ends before its time
     */
    @Override
    public Optional<byte[]> next() throws IOException {
        FrameFilter.Shown shown = ahead;
        time = shown == null ? time : aheadTime;
        ahead = null;
        if (shown == null) {
            shown = read();
        }
        if (shown == null) {
            return Optional.empty();
        }
        if (shown.width() != width || shown.height() != height) {
            throw new IOException(path + " changes its size at frame " + frames + " from " + width + " x " + height
                    + " to " + shown.width() + " x " + shown.height());
        }
        frames++;
        return Optional.of(shown.rgb());
    }

    private FrameFilter.@Nullable Shown read() throws IOException {
        try {
            AVFrame frame = decoder.next();
            if (frame == null) {
                return null;
            }
            double stamp = decoder.time(frame);
            time = Double.isNaN(stamp) ? time + (fps() > 0 ? 1 / fps() : 0) : stamp;
            return filter.show(frame);
        } catch (IOException e) {
            throw new IOException(path + " " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        filter.close();
        decoder.close();
    }

    /** ffmpeg's own messages would break progress bars; every failure is told by an exception here instead. */
    static void silence() {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
    }
}
