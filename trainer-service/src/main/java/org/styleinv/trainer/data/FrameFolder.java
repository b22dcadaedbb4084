package org.styleinv.trainer.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A video that is a folder of pictures, one a frame, in the order of their names: StyleGAN-V's layout. */
final class FrameFolder implements FrameSource {
    private final Iterator<Path> files;
    private final int count;
    private final int width;
    private final int height;
    private final Path firstGood;
    private Optional<Picture> ahead;

    /**
     * Opens {@code folder}; its first readable picture says how large all are.
     *
     * @throws IOException if none can be read
     */
    FrameFolder(Path folder) throws IOException {
        List<Path> pictures = pictures(folder);
        int good = 0;
        while (true) {
            try {
                ahead = Optional.of(Picture.read(pictures.get(good)));
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

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Picture::is).sorted().toList();
        }
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
        Path file = files.next();
        Picture picture;
        if (file.equals(firstGood)) {
            picture = ahead.orElseThrow();
            ahead = Optional.empty();
        } else {
            picture = read(file);
        }
        if (picture.width() != width || picture.height() != height) {
            throw new BadFrame(
                    file,
                    file.getFileName() + " is " + picture.width() + " x " + picture.height() + ", but "
                            + firstGood.getFileName() + " is " + width + " x " + height);
        }
        return Optional.of(picture.rgb());
    }

    @Override
    public void close() {}

    private static Picture read(Path file) throws BadFrame {
        try {
            return Picture.read(file);
        } catch (IOException e) {
            throw new BadFrame(file, e.getMessage());
        }
    }
}
