package org.styleinv.trainer.data.frame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.styleinv.trainer.data.file.DataFile;
import org.styleinv.trainer.data.find.Source;
import org.styleinv.trainer.data.frame.PixelBudget.Lease;
import org.styleinv.trainer.data.video.FrameSource;
import org.styleinv.trainer.data.video.VideoReader;

/** Opens what was found: a folder of pictures, or a video file together with its share of memory and its place on the disk. */
public final class Opened implements FrameSource {
    /** A background: what is transparent becomes white. */
    public static final int WHITE = 0xffffff;

    private final DataFile file;
    private final DataFile.Local local;
    private final FrameSource video;
    private final Lease lease;

    /**
     * @param background {@code 0xrrggbb}, behind what is transparent in an animated picture
     * @throws IOException one sentence about what cannot be read, which need not name it
     */
    public static FrameSource of(Source source, int background) throws IOException {
        return source.folder() ? new FrameFolder(source.files()) : new Opened(source.file(), background);
    }

    private Opened(DataFile file, int background) throws IOException {
        this.file = file;
        local = file.local();
        FrameSource opened = null;
        try {
            opened = open(local.path(), background);
            lease = PixelBudget.HEAP.hold(opened.width(), opened.height());
        } catch (IOException e) {
            try (local;
                    FrameSource open = opened) {
                throw new IOException(reason(file, local.path(), e), e);
            }
        } catch (RuntimeException | Error e) {
            try (local;
                    FrameSource open = opened) {
                throw e;
            }
        }
        video = opened;
    }

    private static FrameSource open(Path file, int background) throws IOException {
        if (Drawing.is(file)) {
            return new Drawing(file, background);
        }
        return MovingPicture.is(file) ? new MovingPicture(file, background) : new VideoReader(file);
    }

    /** What {@code failure} says of {@code file}, by its own name where it was read as {@code local}. */
    static String reason(DataFile file, Path local, Throwable failure) {
        String why = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return local.equals(file.path())
                ? why
                : why.replace(local.toString(), file.path().toString())
                        .replace(local.getFileName().toString(), file.name());
    }

    @Override
    public int width() {
        return video.width();
    }

    @Override
    public int height() {
        return video.height();
    }

    @Override
    public double fps() {
        return video.fps();
    }

    @Override
    public double time() {
        return video.time();
    }

    @Override
    public long claimedFrames() {
        return video.claimedFrames();
    }

    @Override
    public Optional<byte[]> next() throws IOException {
        try {
            return video.next();
        } catch (IOException e) {
            throw new IOException(reason(file, local.path(), e), e);
        }
    }

    @Override
    public void close() throws IOException {
        try (lease;
                local) {
            video.close();
        }
    }
}
