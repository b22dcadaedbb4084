package org.styleinv.motion.stream;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.styleinv.door.trace.TraceDoor;
import org.styleinv.motion.connection.ClientConnection;
import org.styleinv.motion.engine.MotionModel;
import org.styleinv.motion.request.CheckedRequest;
import org.styleinv.motion.request.FirstFrames;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.telemetry.trace.CallTrace;

/** A stream on its way from request to session. */
final class Opening<T> {
    private static final Logger LOG = Logger.getLogger(Opening.class);

    private final Streams streams;
    private final FirstFrames firstFrames;
    private final GenerateRequest request;
    private final ServerCallStreamObserver<T> client;
    private final boolean painted;
    private final long asked = System.nanoTime();
    private final CallTrace trace = TraceDoor.current(); // the caller's
    private final ClientConnection connection = ClientConnection.OF_CALL.get(); // the caller's
    private @Nullable Session<T> session; // guarded by this
    private boolean gone; // guarded by this

    /** @param painted whether the client takes frames, not latents */
    Opening(
            Streams streams,
            FirstFrames firstFrames,
            GenerateRequest request,
            ServerCallStreamObserver<T> client,
            boolean painted) {
        this.streams = streams;
        this.firstFrames = firstFrames;
        this.request = request;
        this.client = client;
        this.painted = painted;
    }

    /** Runs on the caller's thread: handlers must be set before it returns. */
    void enter() {
        CheckedRequest checked;
        try {
            checked = firstFrames.check(request);
        } catch (IllegalArgumentException e) {
            client.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
            return;
        }
        Optional<StatusRuntimeException> refusal =
                streams.hindrance().or(() -> streams.admission().enter(checked, painted));
        if (refusal.isPresent()) {
            client.onError(refusal.get());
            return;
        }
        client.setOnReadyThreshold(1); // gRPC's 32 KiB beyond what the client takes are many small frames
        client.setOnCancelHandler(this::leave);
        client.setOnReadyHandler(this::ready);
        try {
            streams.setUp(Context.current() // calls to peers end with the client's
                    .wrap(() -> {
                        TraceDoor.part("opening", asked, () -> begin(checked));
                    }));
        } catch (RejectedExecutionException e) {
            streams.admission().leave(checked);
            client.onError(shuttingDown());
        }
    }

    private static StatusRuntimeException shuttingDown() {
        return Status.UNAVAILABLE
                .withDescription("motion-service is shutting down")
                .asRuntimeException();
    }

    private void ready() {
        Session<T> now;
        synchronized (this) {
            now = session;
        }
        if (now != null) {
            now.pump();
        }
    }

    private void leave() {
        Session<T> now;
        synchronized (this) {
            gone = true;
            now = session;
        }
        if (now != null) {
            now.leave();
        }
    }

    private synchronized boolean isGone() {
        return gone;
    }

    /** Whether the stream began. */
    private boolean begin(CheckedRequest checked) {
        MotionModel.Scene scene = null;
        boolean started = false;
        try {
            if (isGone()) {
                return false;
            }
            if (painted) {
                streams.readFrames(checked.looks());
            }
            FirstFrames.Still still = firstFrames.still(request, checked);
            if (isGone()) {
                return false;
            }
            scene = firstFrames.begin(still);
            started = run(still.request(), scene);
        } catch (StatusRuntimeException e) {
            client.onError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            client.onError(shuttingDown());
        } catch (RuntimeException e) {
            LOG.errorf(e, "a stream could not start trace=%s", trace.parent().trace());
            client.onError(Status.INTERNAL
                    .withDescription("the stream could not start: " + e.getMessage())
                    .asRuntimeException());
        } finally {
            if (!started) {
                streams.admission().leave(checked);
                if (scene != null) {
                    firstFrames.end(scene);
                }
            }
        }
        return started;
    }

    private boolean run(CheckedRequest checked, MotionModel.Scene scene) {
        Session<T> fresh = streams.session(checked, scene, client, connection, asked, trace, painted);
        synchronized (this) {
            if (gone) {
                return false;
            }
            session = fresh;
            streams.register(fresh, connection, painted);
        }
        LOG.infof(
                "stream begins stream=%s variant=%s first=%d frames=%s trace=%s",
                fresh.id(),
                checked.variant(),
                checked.range().first(),
                request.getFrameCount() == 0 ? "endless" : Long.toString(checked.total()),
                fresh.trace().id());
        return true;
    }
}
