package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.styleinv.network.image.Resize;
import org.styleinv.trainer.data.align.AlignedSquare;
import org.styleinv.trainer.data.align.FaceTrack;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;
import org.styleinv.trainer.data.align.Landmarks;

/** Brings one video to a size and a frame rate. */
final class VideoImport {
    private static final double LONGEST_STILL = 60; // seconds of one frame; longer ones are a damaged clock
    private static final double USUAL_RATE = 30; // of pictures whose rate nobody tells, for smoothing only

    private final Path source;
    private final Path into;
    private final ImportedVideos.Settings settings;
    private final Map<Path, String> bad = new TreeMap<>();
    private List<AlignedSquare> squares = List.of();
    private long read;
    private long written;

    VideoImport(Path source, Path into, ImportedVideos.Settings settings) {
        this.source = source;
        this.into = into;
        this.settings = settings;
    }

    /** Writes the frames; returns which files are no good and why. Not being able to write is thrown. */
    Map<Path, String> run() throws IOException {
        FrameSource video;
        try {
            video = Sources.open(source);
        } catch (IOException e) {
            return Map.of(source, e.getMessage());
        }
        try (video) {
            if (aligned(video)) {
                frames(video);
            }
            if (bad.isEmpty() && read == 0) {
                bad.put(source, Clip.EMPTY);
            }
        }
        return bad;
    }

    /** Finds the face in each frame, where that is asked for; whether it could. */
    private boolean aligned(FrameSource video) {
        if (settings.alignment() != Alignment.NONE) {
            try {
                squares = FaceTrack.squares(
                        Landmarks.of(source),
                        settings.alignment(),
                        settings.smoothing() * (rate(video) > 0 ? rate(video) : USUAL_RATE));
            } catch (IOException | IllegalArgumentException e) {
                bad.put(source, e.getMessage());
                return false;
            }
        }
        return true;
    }

    private double rate(FrameSource video) {
        return video.fps() > 0 ? video.fps() : settings.pictureFps();
    }

    private void frames(FrameSource video) throws IOException {
        boolean timed = settings.fps() > 0 && rate(video) > 0;
        FrameClock clock = new FrameClock(timed ? settings.fps() : 1); // untimed, a frame a second is every frame
        byte[] shown = null;
        double start = 0;
        double now = 0;
        while (true) {
            Optional<byte[]> frame;
            try {
                frame = video.next();
            } catch (BadFrame e) {
                bad.put(e.file(), e.getMessage());
                continue;
            } catch (IOException e) {
                bad.put(source, e.getMessage());
                return;
            }
            double before = now;
            if (frame.isEmpty()) {
                now = before + (timed ? 1 / rate(video) : 1); // the last one is shown as long as one is on average
            } else if (timed && video.fps() > 0) {
                start = read == 0 ? video.time() : start;
                now = Math.max(before, video.time() - start);
            } else {
                now = timed ? read / rate(video) : read;
            }
            if (timed && now - before > LONGEST_STILL) {
                bad.put(
                        source,
                        "shows frame %d for %.0f s: its clock is damaged, but without --fps every frame is kept"
                                .formatted(read - 1, now - before));
                return;
            }
            if (shown != null) {
                for (int times = clock.until(now); times > 0; times--) {
                    write(shown, video.width(), video.height());
                }
            }
            if (frame.isEmpty()) {
                return;
            }
            shown = frame.get();
            if (settings.alignment() != Alignment.NONE && read == squares.size()) {
                bad.put(source, "has landmarks of " + read + " frames, but more frames than that");
                return;
            }
            read++;
        }
    }

    /** Writes the frame that was read last but for the one ahead. */
    private void write(byte[] rgb, int width, int height) throws IOException {
        int resolution = settings.resolution();
        byte[] square = settings.alignment() == Alignment.NONE
                ? middle(rgb, width, height, resolution)
                : squares.get((int) read - 1).cut(rgb, width, height, resolution);
        new Picture(resolution, resolution, square)
                .write(into.resolve(String.format(Locale.ROOT, "%06d.png", written++)));
    }

    private static byte[] middle(byte[] rgb, int width, int height, int resolution) {
        int side = Math.min(width, height);
        byte[] square = new byte[3 * side * side];
        int left = (width - side) / 2;
        int top = (height - side) / 2;
        for (int y = 0; y < side; y++) {
            System.arraycopy(rgb, ((top + y) * width + left) * 3, square, y * side * 3, side * 3);
        }
        return side == resolution
                ? square
                : Resize.resize(square, side, side, resolution, resolution, Resize.Kernel.LANCZOS);
    }
}
