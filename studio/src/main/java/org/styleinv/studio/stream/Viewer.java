package org.styleinv.studio.stream;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who watches, and the thread that works for them. The thread may wait for a frame or for the viewer to read;
 * when the viewer leaves, or reads nothing for too long, it is interrupted.
 */
final class Viewer implements AutoCloseable {
    private static final long CUT_S = 5;

    private final HttpServerRequest request;
    private final long stallNanos;
    private final Room.Place place;
    private final Runnable goodbye;
    private @Nullable Thread thread; // null while none works
    private long writingSince; // 0: not writing
    private boolean closed;

    Viewer(HttpServerRequest request, long stallNanos, Room.Place place, java.util.function.Consumer<Viewer> goodbye) {
        this.request = request;
        this.stallNanos = stallNanos;
        this.place = place;
        this.goodbye = () -> goodbye.accept(this);
    }

    /** This thread works for the viewer now. */
    synchronized void work() {
        thread = Thread.currentThread();
    }

    /** This thread works for the viewer no more, and is not interrupted any more. */
    synchronized void rest() {
        thread = null;
        Thread.interrupted();
    }

    synchronized void writing(boolean writes) {
        writingSince = writes ? System.nanoTime() | 1 : 0;
    }

    /** Whether there is nobody to write to. */
    boolean gone() {
        return request.response().closed();
    }

    /** Ends the work where it is for nobody; called often. */
    void look() {
        boolean stalled;
        synchronized (this) {
            stalled = writingSince != 0 && System.nanoTime() - writingSince > stallNanos;
            if (!closed && thread != null && (gone() || stalled)) {
                thread.interrupt();
            }
        }
        if (stalled && !gone()) {
            end();
        } else if (gone() && idle()) {
            close();
        }
    }

    private synchronized boolean idle() {
        return thread == null;
    }

    /** Cuts the answer off, so that its reader knows that it is not whole. */
    void cut() {
        end().completeOnTimeout(null, CUT_S, TimeUnit.SECONDS)
                .join(); // or the answer would be ended as if it were whole
    }

    private CompletableFuture<Void> end() {
        if (request.version() == HttpVersion.HTTP_2) { // others may use the connection
            request.response().reset();
            return CompletableFuture.completedFuture(null);
        }
        return request.connection().close().toCompletionStage().toCompletableFuture();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        place.close();
        goodbye.run();
    }
}
