package org.styleinv.trainer.data.imported;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.styleinv.network.face.AlignedSquare;
import org.styleinv.network.face.FacePoints;
import org.styleinv.network.image.Resize;
import org.styleinv.trainer.data.Clip;
import org.styleinv.trainer.data.align.FaceSearch;
import org.styleinv.trainer.data.align.FaceTrack;
import org.styleinv.trainer.data.align.FaceTrack.Alignment;
import org.styleinv.trainer.data.align.Landmarks;
import org.styleinv.trainer.data.file.Problem;
import org.styleinv.trainer.data.find.Source;
import org.styleinv.trainer.data.frame.BadFrame;
import org.styleinv.trainer.data.frame.Opened;
import org.styleinv.trainer.data.frame.Picture;
import org.styleinv.trainer.data.video.FrameSource;

/** Brings one video to a size and a frame rate. */
final class VideoImport {
    private static final double LONGEST_STILL = 60; // seconds of one frame; longer ones are a damaged clock
    private static final double USUAL_RATE = 30; // of pictures whose rate nobody tells, for smoothing only

    private final Source source;
    private final Path into;
    private final ImportedVideos.Settings settings;
    private final List<Problem> bad = new ArrayList<>();
    private List<AlignedSquare> squares = List.of();
    private long read;
    private long written;

    VideoImport(Source source, Path into, ImportedVideos.Settings settings) {
        this.source = source;
        this.into = into;
        this.settings = settings;
    }

    /** Writes the frames; returns which files are no good and why. Not being able to write is thrown. */
    List<Problem> run() throws IOException {
        FrameSource video;
        try {
            video = Opened.of(source, settings.background());
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError e) {
            return List.of(new Problem(source.path(), Clip.words(e)));
        }
        try (video) {
            if (aligned(video)) {
                frames(video);
            }
            if (bad.isEmpty() && read == 0) {
                bad(Clip.EMPTY);
            }
        }
        return bad;
    }

    /** Finds the face in each frame, where that is asked for; whether it could. */
    private boolean aligned(FrameSource video) {
        if (settings.alignment() != Alignment.NONE) {
            try {
                squares = FaceTrack.squares(
                        settings.alignment() == Alignment.DETECT ? found() : Landmarks.of(source),
                        settings.alignment(),
                        settings.smoothing() * (rate(video) > 0 ? rate(video) : USUAL_RATE));
            } catch (IOException | IllegalArgumentException e) {
                bad(String.valueOf(e.getMessage()));
                return false;
            }
        }
        return true;
    }

    /** The face of each frame that can be read, looked for from the first to the last. */
    private List<Optional<FacePoints>> found() throws IOException {
        FaceSearch search = new FaceSearch();
        try (FrameSource video = Opened.of(source, settings.background())) {
            while (true) {
                try {
                    Optional<byte[]> frame = video.next();
                    if (frame.isEmpty()) {
                        return search.faces();
                    }
                    search.look(frame.get(), video.width(), video.height());
                } catch (BadFrame e) {
                    continue; // named when it is read for good
                }
            }
        }
    }

    private void bad(String reason) {
        bad.add(new Problem(source.path(), reason));
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
                bad.add(e.problem());
                continue;
            } catch (IOException | RuntimeException | StackOverflowError | LinkageError e) {
                bad(Clip.words(e));
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
                bad(String.format(
                        Locale.ROOT,
                        "shows frame %d for %.0f s: its clock is damaged, but without --fps every frame is kept",
                        read - 1,
                        now - before));
                return;
            }
            if (shown != null) {
                for (int times = clock.until(now); times > 0; times--) {
                    write(shown);
                }
            }
            if (frame.isEmpty()) {
                return;
            }
            if (settings.alignment() != Alignment.NONE && read == squares.size()) {
                bad("has landmarks of " + read + " frames, but more frames than that");
                return;
            }
            shown = square(frame.get(), video.width(), video.height()); // a large frame must not outlive its turn
            read++;
        }
    }

    /** The frame that was read now, at its new size. */
    private byte[] square(byte[] rgb, int width, int height) {
        int resolution = settings.resolution();
        return settings.look()
                .of(
                        settings.alignment() == Alignment.NONE
                                ? middle(rgb, width, height, resolution)
                                : squares.get((int) read).cut(rgb, width, height, resolution));
    }

    private void write(byte[] square) throws IOException {
        new Picture(settings.resolution(), settings.resolution(), square)
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
