package org.styleinv.motion.stream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.styleinv.motion.engine.Animator;
import org.styleinv.proto.wire.TraceParent;
import org.styleinv.telemetry.trace.CallTrace;
import org.styleinv.telemetry.trace.Spans;
import org.styleinv.telemetry.trace.Traces;

/**
 * What is told of a stream's frames, where its trace is kept: of each so-manieth one a span from its batch until its client has
 * it, below that of the call. Where the trace is not kept this does nothing. As many frames are under way as the stream's window
 * has places, so no more are remembered.
 */
final class StreamTrace {
    /** A frame that is told of. */
    private static final class Told {
        final Spans frame;
        long arrived;
        int sent;

        Told(Spans frame) {
            this.frame = frame;
        }
    }

    private final Traces traces;
    private final CallTrace call;
    private final String stream;
    private final TraceParent others; // what latents of frames that are not told of belong to
    private final Map<Long, Told> underWay = new ConcurrentHashMap<>(); // by index

    StreamTrace(Traces traces, CallTrace call, String stream) {
        this.traces = traces;
        this.call = call;
        this.stream = stream;
        others = call.spans().kept() ? call.parent().notKept() : call.parent();
        call.spans().about("styleinv.stream", stream);
    }

    /** The trace, as a log names it. */
    String id() {
        return call.parent().trace();
    }

    /** The latent of an index was made, that of a place. */
    void made(long index, long place, Animator.Batch batch) {
        if (call.spans().kept() && traces.takes(place)) {
            Spans frame = call.spans()
                    .begin("frame", batch.begun())
                    .about("styleinv.stream", stream)
                    .about("styleinv.index", index);
            frame.tell("motion batch", batch.begun(), batch.ended(), batch.size());
            underWay.put(index, new Told(frame));
        }
    }

    /** A latent is sent out; what it and its frame belong to. */
    TraceParent sent(long index) {
        Told told = underWay.get(index);
        if (told == null) {
            return others;
        }
        if (told.sent++ > 0) {
            told.frame.event("sent again");
        }
        return told.frame.parent();
    }

    /** A frame came back through a topic, written at that Unix time in milliseconds. */
    void received(long index, String topic, long writtenMs) {
        Told told = underWay.get(index);
        if (told != null) {
            told.frame.received(topic, writtenMs);
        }
    }

    /**
     * What answers a latent is there and waits for its turn.
     *
     * @return what is told of it
     */
    Spans arrived(long index) {
        Told told = underWay.get(index);
        if (told == null) {
            return Spans.NONE;
        }
        told.arrived = System.nanoTime();
        return told.frame;
    }

    /**
     * The client has it.
     *
     * @return what was told of it
     */
    Spans taken(long index) {
        Told told = underWay.remove(index);
        if (told == null) {
            return Spans.NONE;
        }
        told.frame.tell("delivery", told.arrived, System.nanoTime());
        told.frame.end();
        return told.frame;
    }

    /** What is under way is not waited for any more. */
    void over() {
        underWay.values().forEach(told -> told.frame.fail("the stream ended before its client had the frame"));
        underWay.clear();
    }
}
