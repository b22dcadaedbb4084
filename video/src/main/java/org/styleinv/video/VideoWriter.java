package org.styleinv.video;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.jspecify.annotations.Nullable;
import org.styleinv.video.provenance.Origin;

/**
 * Writes frames as H.264 in MP4, which browsers play from the first byte on.
 *
 * <p>The file appears under its name when {@link #close} has finished it; until then, and after a failure, there is
 * only a temporary file beside it, which is deleted. A caller whose own work fails midway calls {@link #abandon} first.
 *
 * <p>The encoder is openh264, BSD-licensed and in every ffmpeg that Maven brings (x264 is not). Its colours have half
 * the resolution (4:2:0), which costs small drawn pictures dearly, whatever the bitrate: cartoon faces come back
 * with 32 dB PSNR at 64 x 64 and 34 dB at 128 x 128. With every pixel doubled ({@code enlarge} 2)
 * faces at 64 x 64 come back with 42 dB, and a browser's user can see them. openh264 takes no side under 16 pixels,
 * and 4:2:0 no odd one; enlarging is the way out there, too.
 */
public final class VideoWriter implements AutoCloseable {
    private final @Nullable Target target; // null for a stream
    private final int width;
    private final int height;
    private final int enlarge;
    private final VideoForm form;
    private final @Nullable Origin origin;
    private final FFmpegFrameRecorder recorder;
    private final Frame frame;
    private long frames;
    private boolean failed;
    private boolean closed;

    static {
        Ffmpeg.load();
    }

    /** Where a file comes to be, and where it is made. */
    private record Target(Path path, Path part) {
        static Target of(Path path) throws IOException {
            Path whole = path.toAbsolutePath();
            Path folder = whole.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            return new Target(whole, whole.resolveSibling("." + path.getFileName() + ".part"));
        }
    }

    /** Opens {@code path} for frames of {@code width} x {@code height} pixels, both even and at least 16. */
    public VideoWriter(Path path, int width, int height, double fps) throws IOException {
        this(path, width, height, fps, 1);
    }

    /** Opens {@code path} for frames whose pixels become squares of {@code enlarge} x {@code enlarge} in the video. */
    public VideoWriter(Path path, int width, int height, double fps, int enlarge) throws IOException {
        this(path, null, VideoForm.MP4, width, height, fps, enlarge, null);
    }

    /** Opens {@code path} for a video of {@code form} that says how it came to be. */
    public VideoWriter(Path path, VideoForm form, int width, int height, double fps, Origin origin) throws IOException {
        this(path, null, form, width, height, fps, 1, origin);
    }

    /** A video that goes to {@code out} as it is made, in a form that is never gone back in, and says how it came to be. */
    public VideoWriter(OutputStream out, VideoForm form, int width, int height, double fps, int enlarge, Origin origin)
            throws IOException {
        this(null, out, form, width, height, fps, enlarge, origin);
    }

    /** A video that goes to {@code out} as it is made, in a form that is never gone back in. */
    public VideoWriter(OutputStream out, VideoForm form, int width, int height, double fps, int enlarge)
            throws IOException {
        this(null, out, form, width, height, fps, enlarge, null);
    }

    /**
     * @param path   the file, or null for {@code out}
     * @param origin null for what no model made
     */
    private VideoWriter(
            @Nullable Path path,
            @Nullable OutputStream out,
            VideoForm form,
            int width,
            int height,
            double fps,
            int enlarge,
            @Nullable Origin origin)
            throws IOException {
        int videoWidth = width * enlarge;
        int videoHeight = height * enlarge;
        if (videoWidth < 16 || videoHeight < 16 || videoWidth % 2 != 0 || videoHeight % 2 != 0) {
            throw new IllegalArgumentException("a video wants an even width and height of at least 16, got "
                    + videoWidth + " x " + videoHeight + ": crop the frames, or enlarge them by an even factor");
        }
        checkFps(fps);
        this.width = width;
        this.height = height;
        this.enlarge = enlarge;
        this.form = form;
        this.origin = origin;
        target = path == null ? null : Target.of(path);
        recorder = target == null
                ? new FFmpegFrameRecorder(
                        origin == null ? out : form.mark(Objects.requireNonNull(out), origin), videoWidth, videoHeight)
                : new FFmpegFrameRecorder(target.part.toFile(), videoWidth, videoHeight);
        frame = new Frame(videoWidth, videoHeight, Frame.DEPTH_UBYTE, 3, videoWidth * 3);
        form.set(recorder, videoWidth * videoHeight * fps);
        if (origin != null) {
            form.mark(recorder, origin);
        }
        recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
        recorder.setFrameRate(fps);
        recorder.setGopSize((int) Math.max(1, Math.round(fps)));
        recorder.setVideoOption("threads", "1"); // the same file whatever the machine
        recorder.setVideoOption("colorspace", "smpte170m");
        recorder.setImageScalingFlags(swscale.SWS_AREA | swscale.SWS_ACCURATE_RND | swscale.SWS_FULL_CHR_H_INP);
        try {
            recorder.start();
        } catch (FFmpegFrameRecorder.Exception e) {
            failed = true;
            release();
            throw new IOException("cannot start writing " + this + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return target == null ? "the video" : target.path.toString();
    }

    public static void checkFps(double fps) {
        if (!(fps > 0 && fps <= 1000)) {
            throw new IllegalArgumentException("fps must be in (0, 1000], got " + fps);
        }
    }

    /** Appends a frame: {@code height} rows of {@code width} pixels, each red, green, blue. */
    public void write(byte[] rgb) throws IOException {
        if (rgb.length != width * height * 3) {
            throw new IllegalArgumentException("a frame of " + width + " x " + height + " has " + width * height * 3
                    + " bytes, got " + rgb.length);
        }
        ((ByteBuffer) frame.image[0]).clear().put(enlarged(rgb)).flip();
        try {
            recorder.record(frame, avutil.AV_PIX_FMT_RGB24);
            frames++;
        } catch (FFmpegFrameRecorder.Exception e) {
            failed = true;
            throw new IOException("cannot write frame " + frames + " of " + this + ": " + e.getMessage(), e);
        }
    }

    /** Gives the video up: {@link #close} then leaves no file. For callers whose own work failed midway. */
    public void abandon() {
        failed = true;
    }

    /** Finishes the video and moves it into place; after a failure, or without a frame, leaves nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!failed && frames > 0) {
                recorder.stop();
                if (target != null && origin != null) {
                    form.mark(target.part, origin);
                }
                if (target != null) {
                    Files.move(
                            target.part,
                            target.path,
                            StandardCopyOption.REPLACE_EXISTING,
                            StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (FFmpegFrameRecorder.Exception e) {
            throw new IOException("cannot finish " + this + ": " + e.getMessage(), e);
        } finally {
            release();
        }
        if (!failed && frames == 0) {
            throw new IOException("no frame was written to " + this + ", so there is no video");
        }
    }

    private byte[] enlarged(byte[] rgb) {
        if (enlarge == 1) {
            return rgb;
        }
        int rowBytes = width * enlarge * 3;
        var large = new byte[rowBytes * height * enlarge];
        for (int y = 0; y < height; y++) {
            int first = y * enlarge * rowBytes;
            for (int x = 0; x < width * enlarge; x++) {
                System.arraycopy(rgb, (y * width + x / enlarge) * 3, large, first + x * 3, 3);
            }
            for (int copy = 1; copy < enlarge; copy++) {
                System.arraycopy(large, first, large, first + copy * rowBytes, rowBytes);
            }
        }
        return large;
    }

    private void release() throws IOException {
        try {
            recorder.release();
        } catch (FFmpegFrameRecorder.Exception e) {
            // the file goes away next; nothing else depends on a clean release
        }
        frame.close();
        if (target != null) {
            Files.deleteIfExists(target.part);
        }
    }
}
