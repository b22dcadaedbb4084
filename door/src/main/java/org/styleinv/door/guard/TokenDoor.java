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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.styleinv.gate.Caller;
import org.styleinv.gate.Denied;
import org.styleinv.gate.Gatekeeper;
import org.styleinv.gate.Role;
import org.styleinv.gate.Tenant;
import org.styleinv.proto.identity.Bearer;
import org.styleinv.proto.wire.Pushback;

/** Lets in who shows a token of the role that a call wants, and holds streams to the token's quotas. */
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
    private static final Context.Key<Tenant> CALLER = Context.keyWithDefault(Tenant.HEADER, Tenant.MESH);

    private final Gatekeeper keeper;

    public TokenDoor(Gatekeeper keeper) {
        this.keeper = keeper;
    }

    /** Whom the call is for that this thread answers. */
    public static Tenant tenant() {
        return CALLER.get();
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
            Context context = Context.current().withValue(CALLER, caller.tenant(headers.get(TENANT)));
            if (keeper.isOpen()
                    || wanted(name) != Role.GENERATE
                    || call.getMethodDescriptor().getType().serverSendsOneMessage()) {
                return Contexts.interceptCall(context, call, headers, next);
            }
            caller.enter();
            return stream(
                    call, headers, (counted, told) -> Contexts.interceptCall(context, counted, told, next), caller);
        } catch (Denied denied) {
            close(call, denied);
            return new ServerCall.Listener<>() {};
        }
    }

    private static <Q, R> ServerCall.Listener<Q> stream(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next, Caller caller) {
        Counted<Q, R> counted = new Counted<>(call, caller);
        try {
            ServerCall.Listener<Q> inner = next.startCall(counted, headers);
            counted.told = inner;
            return new SimpleForwardingServerCallListener<>(inner) {
                @Override
                public void onCancel() {
                    counted.end();
                    super.onCancel();
                }

                @Override
                public void onComplete() {
                    counted.end();
                    super.onComplete();
                }
            };
        } catch (RuntimeException e) {
            counted.end();
            throw e;
        }
    }

    private static void close(ServerCall<?, ?> call, Denied denied) {
        switch (denied.kind()) {
            case UNKNOWN -> call.close(Status.UNAUTHENTICATED.withDescription(denied.getMessage()), new Metadata());
            case FORBIDDEN -> call.close(Status.PERMISSION_DENIED.withDescription(denied.getMessage()), new Metadata());
            case BUSY ->
                call.close(
                        Status.RESOURCE_EXHAUSTED.withDescription(
                                denied.getMessage() + "; try again in " + denied.retryMs() + " ms"),
                        Pushback.trailers(denied.retryMs()));
        }
    }

    /** A stream that ends when its caller has had its frames. */
    private static final class Counted<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Caller caller;
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile ServerCall.Listener<Q> told = new ServerCall.Listener<>() {};
        private boolean over; // of the thread that sends

        Counted(ServerCall<Q, R> call, Caller caller) {
            super(call);
            this.caller = caller;
        }

        @Override
        public void sendMessage(R message) {
            if (over) {
                return;
            }
            try {
                caller.frame();
                super.sendMessage(message);
            } catch (Denied denied) {
                over = true;
                TokenDoor.close(delegate(), denied);
                CompletableFuture.runAsync(told::onCancel); // the service stops its work; it holds its own locks here
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!over) {
                super.close(status, trailers);
            }
        }

        void end() {
            if (ended.compareAndSet(false, true)) {
                caller.leave();
            }
        }
    }
}
