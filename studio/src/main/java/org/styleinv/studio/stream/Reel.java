package org.styleinv.studio.stream;

import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.styleinv.client.FrameStream;
import org.styleinv.proto.Frame;

/**
 * A stretch of a video whose frames are asked for one by one, in order: one stream, and the frames that it gave last. Whoever
 * asks for a frame that has not come yet reads on to it, the others wait for that.
 */
final class Reel implements AutoCloseable {
    private static final int KEPT = 256; // frames behind the newest, for readers that share a video but are not in step
    private static final long KEPT_BYTES = 16L << 20;
    private static final int AHEAD = 16; // frames that one reader reads on at once

    private final FrameStream stream;
    private final ArrayDeque<Frame> last = new ArrayDeque<>();
    private long bytes; // of those
    private volatile long oldest; // that is kept
    private volatile long next;
    private volatile long askedNanos = System.nanoTime();
    private volatile boolean reading;
    private volatile boolean ended;

    Reel(FrameStream stream) {
        this.stream = stream;
        next = stream.nextIndex();
        oldest = next;
    }

    /** Whether a frame is near enough to be read from here. */
    boolean isNear(long index) {
        return !ended && index - next < AHEAD && index >= oldest;
    }

    /** Whether nobody has asked for so long, or it has ended. */
    boolean isOver(long idleNanos) {
        return ended || !reading && System.nanoTime() - askedNanos > idleNanos;
    }

    /** The frame of an index; empty if this is past it, or has ended: whoever asks elsewhere hears why. */
    synchronized Optional<Frame> frame(long index) {
        reading = true;
        try {
            while (isNear(index) && next <= index) {
                keep(stream.next());
            }
        } catch (StatusRuntimeException | NoSuchElementException e) {
            close();
        } finally {
            askedNanos = System.nanoTime();
            reading = false;
        }
        return last.stream().filter(frame -> frame.getIndex() == index).findFirst();
    }

    private void keep(Frame frame) {
        last.addLast(frame);
        bytes += frame.getSerializedSize();
        next++;
        while (last.size() > KEPT || bytes > KEPT_BYTES && last.size() > 1) {
            bytes -= last.removeFirst().getSerializedSize();
            oldest++;
        }
    }

    @Override
    public synchronized void close() {
        ended = true;
        stream.close();
    }
}
