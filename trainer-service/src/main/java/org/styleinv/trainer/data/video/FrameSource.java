package org.styleinv.trainer.data.video;

import java.io.IOException;
import java.util.Optional;

/** The frames of one video, in order, wherever they lie. */
public interface FrameSource extends AutoCloseable {
    int width();

    int height();

    /** Frames a second, 0 where nothing says. */
    double fps();

    /** When the frame that {@link #next} gave last begins to be shown, in seconds; of use only where {@link #fps} says. */
    double time();

    /** How many frames there should be, 0 where nothing says. */
    long claimedFrames();

    /** The next frame, {@code height} rows of {@code width} pixels, each red, green, blue; empty after the last. */
    Optional<byte[]> next() throws IOException;

    @Override
    void close() throws IOException;
}
