package org.styleinv.trainer.data.frame;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.styleinv.trainer.data.animation.Animation;
import org.styleinv.trainer.data.video.FrameSource;

/** A video that is an animated WebP or PNG: ffmpeg reads no WebP that moves, and of PNG the first frame. */
final class MovingPicture implements FrameSource {
    private static final long MOST_BYTES = 1L << 30;

    private final Animation animation;

    /** Whether {@code file}, which is a video, is of these kinds. */
    static boolean is(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Animation.is(in.readNBytes(12));
        }
    }

    /** @param background {@code 0xrrggbb}, behind what is transparent */
    MovingPicture(Path file, int background) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("has " + Files.size(file) / 1_000_000 + " MB; an animated picture of up to "
                    + MOST_BYTES / 1_000_000 + " MB is read: make a video of it");
        }
        animation = new Animation(Files.readAllBytes(file), background);
    }

    @Override
    public int width() {
        return animation.width();
    }

    @Override
    public int height() {
        return animation.height();
    }

    @Override
    public double fps() {
        return animation.fps();
    }

    @Override
    public double time() {
        return animation.time();
    }

    @Override
    public long claimedFrames() {
        return animation.frames();
    }

    @Override
    public Optional<byte[]> next() throws IOException {
        return animation.next();
    }

    @Override
    public void close() {
        animation.close();
    }
}
