package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/** Reads the frames of any video that ffmpeg understands, as RGB, upright and in order. */
public final class VideoReader implements FrameSource {
    private final Path path;
    private final FFmpegFrameGrabber grabber;
    private final int storedWidth;
    private final int storedHeight;
    private final int quarterTurns; // clockwise, that bring a stored frame upright: 0 to 3
    private long frames;
    private long micros; // of the last frame

    static {
        silence();
    }

    /** Opens {@code path} at its first frame. */
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
        grabber = new FFmpegFrameGrabber(path.toFile());
        grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
        grabber.setImageScalingFlags(swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT);
        grabber.setVideoOption("threads", "1"); // datasets decode file by file in parallel
        try {
            grabber.start();
        } catch (FFmpegFrameGrabber.Exception e) {
            close();
            throw new IOException(
                    path + " cannot be read as a video: it is damaged, or of a kind ffmpeg does not know", e);
        }
        storedWidth = grabber.getImageWidth();
        storedHeight = grabber.getImageHeight();
        quarterTurns = Math.floorMod(Math.round(grabber.getDisplayRotation() / -90), 4);
        if (!grabber.hasVideo() || storedWidth <= 0 || storedHeight <= 0) {
            close();
            throw new IOException(path + " holds no picture track, so there is no video to read");
        }
    }

    /** Pixels of an upright frame from left to right: telephones store portraits lying. */
    @Override
    public int width() {
        return quarterTurns % 2 == 0 ? storedWidth : storedHeight;
    }

    /** Pixels of an upright frame from top to bottom. */
    @Override
    public int height() {
        return quarterTurns % 2 == 0 ? storedHeight : storedWidth;
    }

    /** Frames a second, as the file says. */
    @Override
    public double fps() {
        return grabber.getVideoFrameRate();
    }

    /** When the last frame given begins to be shown, in seconds: not its index over {@link #fps} where the rate varies. */
    @Override
    public double time() {
        return micros / 1e6;
    }

    /** How many frames the file claims to hold; 0 where its format does not say. A truncated file has fewer. */
    @Override
    public long claimedFrames() {
        for (int i = 0; i < grabber.getFormatContext().nb_streams(); i++) {
            AVStream stream = grabber.getFormatContext().streams(i);
            if (stream.codecpar().codec_type() == avutil.AVMEDIA_TYPE_VIDEO) {
                return stream.nb_frames();
            }
        }
        return 0;
    }

    /** The next frame, {@code height} rows of {@code width} pixels, each red, green, blue; empty after the last. */
    @Override
    public Optional<byte[]> next() throws IOException {
        try {
            Frame frame = grabber.grabImage();
            if (frame == null || frame.image == null) {
                return Optional.empty();
            }
            frames++;
            micros = frame.timestamp;
            return Optional.of(packed(frame));
        } catch (FFmpegFrameGrabber.Exception e) {
            throw new IOException(path + " cannot be read beyond frame " + frames + ": it is damaged", e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            grabber.close();
        } catch (FrameGrabber.Exception e) {
            throw new IOException("cannot close " + path + ": " + e.getMessage(), e);
        }
    }

    /** ffmpeg's own messages would break progress bars; every failure is told by an exception here instead. */
    static void silence() {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
    }

    private byte[] packed(Frame frame) throws IOException {
        if (frame.imageWidth != storedWidth || frame.imageHeight != storedHeight) {
            throw new IOException(path + " changes its size at frame " + (frames - 1) + " from " + storedWidth + " x "
                    + storedHeight + " to " + frame.imageWidth + " x " + frame.imageHeight);
        }
        var pixels = (ByteBuffer) frame.image[0];
        var rgb = new byte[storedHeight * storedWidth * 3];
        for (int y = 0; y < storedHeight; y++) {
            pixels.get(y * frame.imageStride, rgb, y * storedWidth * 3, storedWidth * 3);
        }
        return quarterTurns == 0 ? rgb : upright(rgb);
    }

    private byte[] upright(byte[] stored) {
        var rgb = new byte[stored.length];
        for (int y = 0; y < storedHeight; y++) {
            for (int x = 0; x < storedWidth; x++) {
                int target =
                        switch (quarterTurns) {
                            case 1 -> x * storedHeight + storedHeight - 1 - y;
                            case 2 -> (storedHeight - 1 - y) * storedWidth + storedWidth - 1 - x;
                            default -> (storedWidth - 1 - x) * storedHeight + y;
                        };
                System.arraycopy(stored, (y * storedWidth + x) * 3, rgb, target * 3, 3);
            }
        }
        return rgb;
    }
}
