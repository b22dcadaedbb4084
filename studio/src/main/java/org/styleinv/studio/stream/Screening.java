package org.styleinv.studio.stream;

import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.styleinv.client.FrameStream;
import org.styleinv.proto.Frame;
import org.styleinv.studio.StudioConfig;
import org.styleinv.studio.problem.Problem;
import org.styleinv.studio.upstream.Meter;

/** Shows streams of frames to those who ask, and stops the work for those who leave. */
@ApplicationScoped
public class Screening {
    private static final Logger LOG = Logger.getLogger(Screening.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Room room;
    private final long stallNanos;
    private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
    private final ExecutorService watch = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "studio-watch");
        thread.setDaemon(true);
        return thread;
    });

    Screening(StudioConfig config) {
        room = new Room(config.maxViewers(), "streams that are watched");
        stallNanos = config.stall().toNanos();
        watch.execute(this::look);
    }

    private void look() {
        while (!watch.isShutdown()) {
            viewers.forEach(Viewer::look);
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @PreDestroy
    void close() {
        watch.shutdownNow();
    }

    /** How many streams are watched now. */
    public int watched() {
        return viewers.size();
    }

    /** Frames, until they are closed. */
    public interface Frames extends Iterator<Frame>, AutoCloseable {
        @Override
        void close();
    }

    /** The frames of a stream of the mesh, as fast as a quota lets them through. */
    public static Frames frames(FrameStream stream, Meter meter) {
        return new Frames() {
            @Override
            public boolean hasNext() {
                return stream.hasNext();
            }

            @Override
            public Frame next() {
                Frame frame = stream.next();
                meter.pace(frame);
                return frame;
            }

            @Override
            public void close() {
                stream.close();
            }
        };
    }

    /** How frames are written one after another. */
    @FunctionalInterface
    public interface Form {
        /** Writes all frames; {@code out} is flushed when something is to be on its way. */
        void write(Iterator<Frame> frames, OutputStream out) throws IOException;
    }

    /**
     * A stream for a viewer. Its first frame is here when this returns, so what the mesh refuses is thrown.
     *
     * @param opening starts the stream
     */
    public StreamingOutput show(HttpServerRequest request, Supplier<Frames> opening, Form form) {
        Room.Place place = room.enter();
        var viewer = new Viewer(request, stallNanos, place, viewers::remove);
        viewers.add(viewer);
        Frames frames = null;
        viewer.work();
        try {
            frames = opening.get();
            if (!frames.hasNext()) {
                throw Problem.away("the mesh ended the stream before its first frame");
            }
        } catch (RuntimeException e) {
            if (frames != null) {
                frames.close();
            }
            viewer.close();
            throw e;
        } finally {
            viewer.rest();
        }
        Frames open = frames;
        return out -> write(viewer, open, form, out);
    }

    private static void write(Viewer viewer, Frames frames, Form form, OutputStream out) {
        viewer.work();
        try {
            form.write(frames, new Watched(out, viewer));
        } catch (RuntimeException | IOException e) {
            if (!viewer.gone()) {
                LOG.infof("a stream ended early because=%s", e.getMessage());
                viewer.cut();
            }
        } finally {
            frames.close();
            viewer.rest();
            viewer.close();
        }
    }

    /** Tells the viewer's watch when its thread waits for the viewer. */
    private static final class Watched extends OutputStream {
        private final OutputStream out;
        private final Viewer viewer;

        Watched(OutputStream out, Viewer viewer) {
            this.out = out;
            this.viewer = viewer;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            viewer.writing(true);
            try {
                out.write(bytes, from, length);
            } finally {
                viewer.writing(false);
            }
        }

        @Override
        public void flush() throws IOException {
            viewer.writing(true);
            try {
                out.flush();
            } finally {
                viewer.writing(false);
            }
        }
    }
}
