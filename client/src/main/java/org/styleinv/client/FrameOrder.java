package org.styleinv.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.styleinv.proto.Frame;

/**
 * Puts frames of one stream that come from several topics in order: where the stream goes from one variant's topic to
 * another's, the next frame may be read before the one that is due. A frame waits for its neighbour, but not for long.
 */
public final class FrameOrder {
    private final Duration patience;
    private final Map<Long, Held> held = new TreeMap<>(); // by presentation time: it rises also when indexes fall
    private long last = -1; // index shown

    private record Held(Frame frame, long since) {}

    /** @param patience how long a frame waits for those before it */
    public FrameOrder(Duration patience) {
        this.patience = patience;
    }

    /** Takes a frame that was read; repeats are for the caller to leave out. */
    public void add(Frame frame, long nanos) {
        held.put(frame.getPresentationUs(), new Held(frame, nanos));
    }

    /** The frames whose turn it is, in order. */
    public List<Frame> take(long nanos) {
        List<Frame> ready = new ArrayList<>();
        for (var next = held.values().iterator(); next.hasNext(); ) {
            Held one = next.next();
            long index = one.frame().getIndex();
            if (last >= 0 && Math.abs(index - last) != 1 && nanos - one.since() < patience.toNanos()) {
                break;
            }
            next.remove();
            last = index;
            ready.add(one.frame());
        }
        return ready;
    }
}
