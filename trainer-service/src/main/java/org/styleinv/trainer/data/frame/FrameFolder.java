package org.styleinv.trainer.data.frame;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.styleinv.trainer.data.file.DataFile;
import org.styleinv.trainer.data.frame.PixelBudget.Lease;
import org.styleinv.trainer.data.video.FrameSource;

/**
 * A video that is a folder of pictures, one a frame, in the order of their numbers: StyleGAN-V's layout. The last frame given
 * counts against the budget of pixels until the next one is asked for.
 */
final class FrameFolder implements FrameSource {
    private final Iterator<DataFile> files;
    private final int count;
    private final int width;
    private final int height;
    private final DataFile firstGood;
    private Lease lease = Lease.NONE;
    private Optional<Picture> ahead;

    /**
     * Opens a folder of {@code pictures}; the first one that can be read says how large all are.
     *
     * @throws IOException if none can be read
     */
    FrameFolder(List<DataFile> pictures) throws IOException {
        int good = 0;
        while (true) {
            try {
                ahead = Optional.of(read(pictures.get(good)));
                break;
            } catch (IOException e) {
                if (++good == pictures.size()) {
                    throw good == 1
                            ? e
                            : new IOException("none of its " + good + " pictures can be read; " + e.getMessage(), e);
                }
            }
        }
        width = ahead.get().width();
        height = ahead.get().height();
        firstGood = pictures.get(good);
        files = pictures.iterator();
        count = pictures.size();
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public double fps() {
        return 0;
    }

    @Override
    public double time() {
        return 0;
    }

    @Override
    public long claimedFrames() {
        return count;
    }

    /** @throws BadFrame for a picture that is no good; the next call goes on with the one after it */
    @Override
    public Optional<byte[]> next() throws IOException {
        if (!files.hasNext()) {
            return Optional.empty();
        }
        DataFile file = files.next();
        Picture picture;
        if (file.equals(firstGood)) {
            picture = ahead.orElseThrow();
            ahead = Optional.empty();
        } else {
            picture = read(file);
        }
        if (picture.width() != width || picture.height() != height) {
            throw new BadFrame(
                    file.path(),
                    file.name() + " is " + picture.width() + " x " + picture.height() + ", but " + firstGood.name()
                            + " is " + width + " x " + height);
        }
        return Optional.of(picture.rgb());
    }

    @Override
    public void close() {
        lease.close();
        lease = Lease.NONE;
    }

    private Picture read(DataFile file) throws BadFrame {
        close();
        boolean read = false;
        try {
            Picture picture = opened(file);
            read = true;
            return picture;
        } finally {
            if (!read) {
                close(); // what is not decoded takes no memory
            }
        }
    }

    private Picture opened(DataFile file) throws BadFrame {
        if (file.size() == 0) {
            throw new BadFrame(file.path(), file.name() + " is an empty file");
        }
        Path as = file.path();
        try (DataFile.Local local = file.local()) {
            as = local.path();
            return decoded(as);
        } catch (IOException | RuntimeException | StackOverflowError | LinkageError e) {
            throw new BadFrame(file.path(), named(file, Opened.reason(file, as, e)));
        }
    }

    private static String named(DataFile file, String reason) {
        return reason.startsWith(file.name()) ? reason : file.name() + " " + reason;
    }

    private Picture decoded(Path path) throws IOException {
        Optional<Picture.Size> size = Picture.size(path);
        lease = size.isPresent()
                ? PixelBudget.HEAP.hold(size.get().width(), size.get().height())
                : PixelBudget.HEAP.holdAll();
        return Picture.read(path);
    }
}
