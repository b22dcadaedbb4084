package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;

/** Reads the frames of any video that ffmpeg understands, as RGB and in order. */
public final class VideoReader implements AutoCloseable {
    private final Path path;
    private final FFmpegFrameGrabber grabber;
    private final int width;
    private final int height;
    private long frames;

    static {
        silence();
    }

    /** Opens {@code path} at its first frame. */
    public VideoReader(Path path) throws IOException {
        this.path = path;
        if (!Files.isRegularFile(path)) {
            throw new IOException("there is no video file at " + path);
        }
        if (Files.size(path) == 0) {
            throw new IOException(path + " is an empty file, not a video");
        }
        grabber = new FFmpegFrameGrabber(path.toFile());
        grabber.setPixelFormat(avutil.AV_PIX_FMT_RGB24);
        grabber.setImageScalingFlags(
                swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INT);
        grabber.setVideoOption("threads", "1");   // datasets decode file by file in parallel
        try {
            grabber.start();
        } catch (FFmpegFrameGrabber.Exception e) {
            close();
            throw new IOException(path + " cannot be read as a video: it is damaged, or of a kind ffmpeg does not know", e);
        }
        width = grabber.getImageWidth();
        height = grabber.getImageHeight();
        if (!grabber.hasVideo() || width <= 0 || height <= 0) {
            close();
            throw new IOException(path + " holds no picture track, so there is no video to read");
        }
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** Frames a second, as the file says. */
    public double fps() {
        return grabber.getVideoFrameRate();
    }

    /** The next frame, {@code height} rows of {@code width} pixels, each red, green, blue; empty after the last. */
    public Optional<byte[]> next() throws IOException {
        try {
            Frame frame = grabber.grabImage();
            if (frame == null || frame.image == null) {
                return Optional.empty();
            }
            frames++;
            return Optional.of(packed(frame));
        } catch (FFmpegFrameGrabber.Exception e) {
            throw new IOException(path + " cannot be read beyond frame " + frames + ": it is damaged", e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            grabber.close();
        } catch (org.bytedeco.javacv.FrameGrabber.Exception e) {
            throw new IOException("cannot close " + path + ": " + e.getMessage(), e);
        }
    }

    /** ffmpeg's own messages would break progress bars; every failure is told by an exception here instead. */
    static void silence() {
        avutil.av_log_set_level(avutil.AV_LOG_FATAL);
    }

    private byte[] packed(Frame frame) throws IOException {
        if (frame.imageWidth != width || frame.imageHeight != height) {
            throw new IOException(path + " changes its size at frame " + (frames - 1) + " from " + width + " x " + height
                    + " to " + frame.imageWidth + " x " + frame.imageHeight);
        }
        var pixels = (ByteBuffer) frame.image[0];
        var rgb = new byte[height * width * 3];
        for (int y = 0; y < height; y++) {
            pixels.get(y * frame.imageStride, rgb, y * width * 3, width * 3);
        }
        return rgb;
    }
}
