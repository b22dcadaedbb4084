package org.styleinv.trainer.data.animation;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * The frames of an animated WebP or PNG, each as it is shown: laid over the ones before as the file says, and over one
 * colour where it is transparent. A run of frames is decoded at a time, so that a long animation needs no room for all.
 */
public final class Animation implements AutoCloseable {
    private static final long RUN_BYTES = 64L << 20;
    private static final long MOST_PIXELS = 1L << 26;

    private final AnimationTimes times;
    private final int background;
    private final Mat file;
    private opencv_imgcodecs.@Nullable Animation run;
    private int runStart;
    private int runFrames; // 0 before the first run
    private int runLength = 1; // the first run has one frame, which tells how many have room
    private int width;
    private int height;
    private int next;
    private double begins;
    private double time;

    /**
     * @param file the whole file
     * @param background {@code 0xrrggbb}, behind what is transparent
     * @throws IOException saying what is wrong with the file, without its name
     */
    public Animation(byte[] file, int background) throws IOException {
        this(file, background, RUN_BYTES);
    }

    /** @param runBytes that the frames of a run may take */
    Animation(byte[] file, int background, long runBytes) throws IOException {
        times = AnimationTimes.of(file);
        this.background = background;
        this.file = new Mat(1, file.length, opencv_core.CV_8UC1);
        this.file.data().put(file);
        try {
            Mat first = decode(0).frames().get(0);
            width = first.cols();
            height = first.rows();
            if ((long) width * height > MOST_PIXELS) {
                throw new IOException("is " + width + " x " + height + " pixels large; up to " + (MOST_PIXELS >> 20)
                        + " megapixels are read");
            }
            runLength = (int) Math.max(1, runBytes / (4L * width * height));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether a file that begins so is WebP or PNG. */
    public static boolean is(byte[] head) {
        return AnimationTimes.isPng(head) || AnimationTimes.isWebp(head);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** How many frames the file says it has. */
    public int frames() {
        return times.seconds().length;
    }

    /** How long each frame is shown, on average: frames a second. */
    public double fps() {
        double seconds = 0;
        for (double each : times.seconds()) {
            seconds += each;
        }
        return frames() / seconds;
    }

    /** When the frame that {@link #next} gave last begins to be shown, in seconds. */
    public double time() {
        return time;
    }

    /** The next frame, {@code height} rows of {@code width} pixels, each red, green, blue; empty after the last. */
    public Optional<byte[]> next() throws IOException {
        if (next == frames()) {
            return Optional.empty();
        }
        opencv_imgcodecs.Animation now =
                next < runStart + runFrames ? Objects.requireNonNull(run, "decoded") : decode(next);
        byte[] rgb = rgb(now.frames().get(next - runStart));
        time = begins;
        begins += times.seconds()[next++];
        return Optional.of(rgb);
    }

    private opencv_imgcodecs.Animation decode(int from) throws IOException {
        free();
        opencv_imgcodecs.Animation decoded = new opencv_imgcodecs.Animation();
        run = decoded;
        boolean read;
        try {
            read = opencv_imgcodecs.imdecodeanimation(file, decoded, from, Math.min(runLength, frames() - from));
        } catch (RuntimeException e) { // OpenCV's own checks
            throw new IOException("cannot be decoded beyond frame " + from + ": " + e.getMessage(), e);
        }
        runStart = from;
        runFrames = read ? (int) decoded.frames().size() : 0;
        if (runFrames == 0) {
            throw new IOException("cannot be decoded beyond frame " + from + " of " + frames() + ": it is damaged");
        }
        return decoded;
    }

    /** OpenCV gives blue, green, red and alpha, or as many of them as a file has, or grey alone. */
    private byte[] rgb(Mat frame) throws IOException {
        int channels = frame.channels();
        if (frame.cols() != width || frame.rows() != height || channels > 4 || channels == 2) {
            throw new IOException("has a frame of " + frame.cols() + " x " + frame.rows() + " pixels and " + channels
                    + " channels among those of " + width + " x " + height + ": it is damaged");
        }
        byte[] bgra = new byte[width * height * channels];
        try (Mat bytes = new Mat()) {
            frame.convertTo(bytes, opencv_core.CV_8U, frame.depth() == opencv_core.CV_16U ? 1 / 257.0 : 1, 0);
            bytes.data().get(bgra);
        }
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            int alpha = channels == 4 ? bgra[4 * i + 3] & 255 : 255;
            for (int c = 0; c < 3; c++) {
                int value = bgra[channels * i + (channels == 1 ? 0 : 2 - c)] & 255;
                int behind = background >> 16 - 8 * c & 255;
                rgb[3 * i + c] = (byte) ((value * alpha + behind * (255 - alpha) + 127) / 255);
            }
        }
        return rgb;
    }

    private void free() {
        if (run != null) {
            run.close();
            run = null;
        }
    }

    @Override
    public void close() {
        free();
        file.close();
    }
}
