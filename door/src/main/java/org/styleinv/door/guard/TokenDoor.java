package org.styleinv.door.guard;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.styleinv.gate.Caller;
import org.styleinv.gate.Denied;
import org.styleinv.gate.Gatekeeper;
import org.styleinv.gate.Role;
import org.styleinv.gate.Tenant;
import org.styleinv.proto.Frame;
import org.styleinv.proto.GenerateRequest;
import org.styleinv.proto.Image;
import org.styleinv.proto.InvertRequest;
import org.styleinv.proto.Latent;
import org.styleinv.proto.StartBroadcastRequest;
import org.styleinv.proto.SynthesizeResponse;
import org.styleinv.proto.identity.Bearer;
import org.styleinv.proto.wire.Pushback;

/**
 * Lets in who shows a token of the role that a call wants, and holds it to the token's quotas: a call that generates counts as
 * a stream while it is answered, what is painted for it as frames and pixels, a picture that it sends as an upload.
 */
public final class TokenDoor implements ServerInterceptor {
    private static final String HEALTH = "grpc.health.v1.Health";
    private static final String MOTION = "styleinv.v1.Motion/";

    /** What calls want, by their full names; all others want {@link Role#OPERATE}. */
    private static final Map<String, Role> WANTED = Map.of(
            MOTION + "GenerateStream",
            Role.GENERATE,
            MOTION + "GenerateLatents",
            Role.GENERATE,
            MOTION + "StartBroadcast",
            Role.BROADCAST,
            MOTION + "StopBroadcast",
            Role.BROADCAST,
            MOTION + "Broadcasts",
            Role.WATCH,
            MOTION + "Directions",
            Role.WATCH,
            "styleinv.v1.Decoder/Variants",
            Role.WATCH,
            "styleinv.v1.Decoder/Map",
            Role.GENERATE,
            "styleinv.v1.Decoder/Synthesize",
            Role.GENERATE,
            "styleinv.v1.Encoder/Invert",
            Role.GENERATE);

    private static final Metadata.Key<String> TENANT = Metadata.Key.of(Tenant.HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<Tenant> ACTING_FOR = Context.keyWithDefault(Tenant.HEADER, Tenant.MESH);
    private static final Context.Key<Caller> CALLER = Context.keyWithDefault("styleinv-caller", Caller.ANYBODY);

    private final Gatekeeper keeper;

    public TokenDoor(Gatekeeper keeper) {
        this.keeper = keeper;
    }

    /** Whom the call is for that this thread answers. */
    public static Tenant tenant() {
        return ACTING_FOR.get();
    }

    /** The role that a call of that full name wants. */
    static Role wanted(String call) {
        return WANTED.getOrDefault(call, Role.OPERATE);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String name = call.getMethodDescriptor().getFullMethodName();
        if (HEALTH.equals(call.getMethodDescriptor().getServiceName())) {
            return next.startCall(call, headers);
        }
        try {
            Caller caller = keeper.admit(headers.get(Bearer.HEADER), wanted(name));
            Context context =
                    Context.current().withValues(ACTING_FOR, caller.tenant(headers.get(TENANT)), CALLER, caller);
            boolean counts = wanted(name) == Role.GENERATE;
            if (keeper.isOpen()) {
                return Contexts.interceptCall(context, call, headers, next);
            }
            if (counts) {
                caller.enter();
            }
            Watched<Q, R> watched = new Watched<>(call, caller, counts);
            watched.held = keeper.hold(headers.get(Bearer.HEADER), wanted(name), watched::end);
            return stream(watched, headers, (inner, told) -> Contexts.interceptCall(context, inner, told, next));
        } catch (Denied denied) {
            close(call, denied);
            return new ServerCall.Listener<>() {};
        }
    }

    private static <Q, R> ServerCall.Listener<Q> stream(
            Watched<Q, R> watched, Metadata headers, ServerCallHandler<Q, R> next) {
        try {
            ServerCall.Listener<Q> inner = next.startCall(watched, headers);
            watched.begun(inner);
            return new SimpleForwardingServerCallListener<>(inner) {
                @Override
                public void onMessage(Q message) {
                    try {
                        watched.asked(message);
                        super.onMessage(message);
                    } catch (Denied denied) {
                        watched.end(denied);
                    }
                }

                @Override
                public void onCancel() {
                    watched.leave();
                    super.onCancel();
                }

                @Override
                public void onComplete() {
                    watched.leave();
                    super.onComplete();
                }
            };
        } catch (RuntimeException e) {
            watched.leave();
            throw e;
        }
    }

    /** What a call asks for while others wait to see it. */
    @FunctionalInterface
    public interface Question<T> {
        T ask() throws InterruptedException;
    }

    /**
     * Starts a broadcast, if the caller of the call that this thread answers has room for it.
     *
     * @param live  ids of what its tenant has live
     * @param start makes it live
     * @throws StatusRuntimeException RESOURCE_EXHAUSTED, if it has as many as it may have
     */
    public static <T> T startBroadcast(String id, Question<? extends Collection<String>> live, Question<T> start)
            throws InterruptedException {
        try (Caller.Starting starting = CALLER.get().starting(id)) {
            starting.demand(live.ask());
            return start.ask();
        } catch (Denied denied) {
            throw status(denied).asRuntimeException(Pushback.trailers(denied.retryMs()));
        }
    }

    private static Status status(Denied denied) {
        return switch (denied.kind()) {
            case UNKNOWN -> Status.UNAUTHENTICATED.withDescription(denied.getMessage());
            case FORBIDDEN -> Status.PERMISSION_DENIED.withDescription(denied.getMessage());
            case BUSY ->
                Status.RESOURCE_EXHAUSTED.withDescription(
                        denied.getMessage() + "; try again in " + denied.retryMs() + " ms");
        };
    }

    private static void close(ServerCall<?, ?> call, Denied denied) {
        call.close(status(denied), denied.retryMs() > 0 ? Pushback.trailers(denied.retryMs()) : new Metadata());
    }

    /** A stream that ends when its caller has had its frames, or would not be let in any more. */
    private static final class Watched<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Caller caller;
        private final boolean counts;
        private final AtomicBoolean left = new AtomicBoolean();
        private ServerCall.Listener<Q> told = new ServerCall.Listener<>() {}; // guarded by this
        private volatile Gatekeeper.Held held = () -> {};
        private boolean refused; // guarded by this
        private boolean over; // guarded by this, as is what is sent: who ends it is another thread

        Watched(ServerCall<Q, R> call, Caller caller, boolean counts) {
            super(call);
            this.caller = caller;
            this.counts = counts;
        }

        /** The service listens from now on; it hears at once of what ended before. */
        synchronized void begun(ServerCall.Listener<Q> listener) {
            told = listener;
            if (refused) {
                stopWork();
            }
        }

        /** On another thread: the service may hold its own locks here. */
        private void stopWork() {
            CompletableFuture.runAsync(told::onCancel);
        }

        /** Counts the picture that a request brings along. */
        void asked(Q message) throws Denied {
            if (message instanceof InvertRequest
                    || message instanceof GenerateRequest request && request.hasImage()
                    || message instanceof StartBroadcastRequest start
                            && start.getRequest().hasImage()) {
                caller.upload();
            }
        }

        private void answered(R message) throws Denied {
            if (message instanceof Frame frame) {
                caller.take(1, area(frame.getImage()));
            } else if (message instanceof SynthesizeResponse painted) {
                caller.take(1, area(painted.getImage()));
            } else if (message instanceof Latent) {
                caller.take(1, 0);
            }
        }

        private static long area(Image image) {
            return (long) image.getWidth() * image.getHeight();
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!over) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(R message) {
            if (over) {
                return;
            }
            try {
                answered(message);
                super.sendMessage(message);
            } catch (Denied denied) {
                end(denied);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!over) {
                over = true;
                super.close(status, trailers);
            }
        }

        synchronized void end(Denied denied) {
            if (!over) {
                over = true;
                refused = true;
                TokenDoor.close(delegate(), denied);
                stopWork();
            }
        }

        void leave() {
            if (left.compareAndSet(false, true)) {
                held.close();
                if (counts) {
                    caller.leave();
                }
            }
        }
    }
}
