package org.styleinv.studio.live;

import io.grpc.StatusRuntimeException;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.styleinv.client.FrameStream;
import org.styleinv.proto.Encoding;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.request.Stretch;
import org.styleinv.studio.stream.Origins;
import org.styleinv.studio.upstream.Meter;
import org.styleinv.video.provenance.PictureMark;

/**
 * One page's stream.
 *
 * <pre>
 *             start              credit                    no credit left
 *   EMPTY ------------> WAITING --------> PUMPING (thread) ---------------> WAITING
 *     ^                    |                  |  seek: begins again there
 *     +--------------------+------------------+  stop, end, problem, close
 * </pre>
 *
 * <p>WAITING takes no thread. Its stream of the mesh stays open for a moment, for a page that gives credit again; then it is
 * closed, and the next credit opens another at the same frame.
 */
final class LiveSession {
    private static final Logger LOG = Logger.getLogger(LiveSession.class);
    private static final int MOST_CREDIT = 256; // frames; a page that gives more has that many
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Page page;
    private final Function<GenerateRequest, FrameStream> mesh;
    private final Meter meter;
    private final Executor threads;
    private final Object wire = new Object(); // held while something is sent; taken before this object's own lock
    private @Nullable Stretch stretch; // null: EMPTY
    private long place; // in the stretch, of the frame sent next
    private long credit;
    private int change; // counts starts, seeks and stops
    private @Nullable FrameStream stream;
    private int streamChange; // at which the stream was opened
    private @Nullable Thread pump; // null: not PUMPING
    private long idleSince;

    /** Where frames go; each call returns when it has been sent. */
    interface Page {
        void frame(Buffer message);

        void ended(long nextIndex);

        void problem(Problem problem);
    }

    LiveSession(Page page, Function<GenerateRequest, FrameStream> mesh, Meter meter, Executor threads) {
        this.page = page;
        this.mesh = mesh;
        this.meter = meter;
        this.threads = threads;
    }

    /**
     * Shows a stretch from its beginning; credit that was given stays.
     *
     * @param news tells the page, before the first frame from there and after the last from elsewhere
     */
    void start(Stretch next, Runnable news) {
        synchronized (wire) {
            synchronized (this) {
                turn(next, 0);
            }
            news.run();
        }
    }

    /** Goes to the frame with an index; {@code news} as in {@link #start}. */
    void seek(long index, Runnable news) {
        synchronized (wire) {
            seek(index);
            news.run();
        }
    }

    private synchronized void seek(long index) {
        if (stretch == null) {
            throw Problem.bad("seek wants a stream: start one first");
        }
        long to = stretch.range().place(index);
        if (to < 0 || to >= stretch.range().total()) {
            throw Problem.bad("seek wants the index of a frame of this stream, from "
                    + stretch.range().index(0) + " to "
                    + stretch.range().index(stretch.range().total() - 1) + ", got " + index);
        }
        turn(stretch, to);
    }

    /** Ends the stream, and the credit with it. */
    synchronized void stop() {
        credit = 0;
        turn(null, 0);
    }

    /** Lets that many more frames come. */
    synchronized void credit(long frames) {
        if (frames < 1) {
            throw Problem.bad("credit wants a number of frames from 1, got " + frames);
        }
        credit = Math.min(MOST_CREDIT, credit + Math.min(MOST_CREDIT, frames));
        go();
    }

    private void turn(@Nullable Stretch next, long to) {
        stretch = next;
        place = to;
        change++;
        if (pump != null) {
            pump.interrupt();
        } else {
            release();
        }
        go();
    }

    private void go() {
        if (pump == null && stretch != null && credit > 0) {
            pump = new Thread(); // taken; the real one says so itself
            threads.execute(this::pump);
        }
    }

    /** Closes a stream that waits for credit too long; called now and then. */
    synchronized void look() {
        if (pump == null && stream != null && System.nanoTime() - idleSince > IDLE_NANOS) {
            release();
        }
    }

    private void release() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }

    private void pump() {
        synchronized (this) {
            pump = Thread.currentThread();
        }
        while (true) {
            int now;
            Stretch shown;
            synchronized (this) {
                Thread.interrupted(); // was for the change that is seen next
                shown = stretch;
                if (shown == null || credit == 0) {
                    if (shown == null || streamChange != change) {
                        release();
                    }
                    idleSince = System.nanoTime();
                    pump = null;
                    return;
                }
                now = change;
            }
            try {
                step(now, shown);
            } catch (StatusRuntimeException e) {
                failed(now, Problem.of(e));
            } catch (Problem e) {
                failed(now, e);
            } catch (Left left) {
                LOG.debugf(left, "a page could not be written to");
                abandon(now);
            } catch (RuntimeException e) {
                LOG.errorf(e, "a page's stream failed");
                failed(now, Problem.of(500, "the studio failed, see its log"));
            }
        }
    }

    /** Sends one frame, or the end. */
    private void step(int now, Stretch shown) {
        FrameStream open;
        synchronized (this) {
            if (change != now) {
                return;
            }
            if (stream == null || streamChange != now) {
                release();
                stream = mesh.apply(shown.from(place, Encoding.JPEG));
                streamChange = now;
            }
            open = stream;
        }
        Optional<Frame> frame = open.hasNext() ? Optional.of(open.next()) : Optional.empty();
        frame.ifPresent(meter::pace);
        synchronized (wire) {
            send(now, shown, frame);
        }
    }

    private void send(int now, Stretch shown, Optional<Frame> frame) {
        long index;
        synchronized (this) {
            if (change != now) {
                return;
            }
            index = shown.range().index(place);
            if (frame.isPresent()) {
                place++;
                credit--;
            } else {
                stretch = null;
            }
        }
        if (frame.isPresent()) {
            byte[] picture = PictureMark.jpeg(
                    frame.get().getImage().getData().toByteArray(), Origins.of(shown.video(), frame.get()));
            Buffer message = Buffer.buffer(8 + picture.length).appendLong(index).appendBytes(picture);
            tell(() -> page.frame(message));
        } else {
            tell(() -> page.ended(index));
        }
    }

    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            throw new Left(e);
        }
    }

    /** A page that cannot be told anything: it has most likely gone. */
    private static final class Left extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Left(RuntimeException cause) {
            super(cause);
        }
    }

    private void failed(int now, Problem problem) {
        if (!abandon(now)) {
            return;
        }
        try {
            page.problem(problem);
        } catch (RuntimeException e) {
            LOG.debugf(e, "a page has left");
        }
    }

    /** Gives up what is shown, unless that was interrupted for a change. */
    private synchronized boolean abandon(int now) {
        if (change != now) {
            return false;
        }
        stretch = null;
        Thread.interrupted();
        return true;
    }
}
