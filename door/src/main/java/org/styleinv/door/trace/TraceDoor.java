package org.styleinv.door.trace;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.Supplier;
import org.styleinv.proto.wire.TraceParent;
import org.styleinv.telemetry.trace.CallTrace;
import org.styleinv.telemetry.trace.Spans;
import org.styleinv.telemetry.trace.Traces;

/**
 * Gives each call that comes in its trace, and a span to those that are kept, until the call ends. Who only asks how a service is
 * (gRPC's own services) has none.
 */
public final class TraceDoor implements ServerInterceptor {
    private static final Context.Key<CallTrace> OF_CALL = Context.key("styleinv.trace");
    private static final CallTrace NONE = new CallTrace(TraceParent.begun(), Spans.NONE);

    private final Traces traces;

    public TraceDoor(Traces traces) {
        this.traces = traces;
    }

    /** The trace of the current call; of what no client asked for, one that is not kept. */
    public static CallTrace current() {
        CallTrace current = OF_CALL.get();
        return current == null ? NONE : current;
    }

    /** Whether a client's call is what runs. */
    static boolean isCall() {
        return OF_CALL.get() != null;
    }

    /** Runs a part of the current call as a span of its own, which calls that it makes are below. */
    public static <T> T part(String name, Supplier<T> body) {
        return part(name, System.nanoTime(), body);
    }

    /** As {@link #part(String, Supplier)}; it began at that time. */
    public static <T> T part(String name, long begun, Supplier<T> body) {
        CallTrace current = current();
        if (!current.spans().kept()) {
            return body.get();
        }
        Spans part = current.spans().begin(name, begun);
        Context inside = Context.current().withValue(OF_CALL, new CallTrace(part.parent(), part));
        Context before = inside.attach();
        try {
            return body.get();
        } catch (RuntimeException e) {
            part.fail(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            inside.detach(before);
            part.end();
        }
    }

    @Override
    public <T, R> ServerCall.Listener<T> interceptCall(
            ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
        String name = call.getMethodDescriptor().getFullMethodName();
        if (name.startsWith("grpc.")) {
            return next.startCall(call, headers);
        }
        CallTrace trace = traces.call(name, headers.get(TraceParent.KEY));
        Context context = Context.current().withValue(OF_CALL, trace);
        if (!trace.spans().kept()) {
            return Contexts.interceptCall(context, call, headers, next);
        }
        Spans spans = trace.spans().about("rpc.system", "grpc");
        return new Ending<>(Contexts.interceptCall(context, new Closing<>(call, spans), headers, next), spans);
    }

    private static void end(Spans spans, Status status) {
        spans.about("rpc.grpc.status_code", status.getCode().value());
        if (status.isOk()) {
            spans.end();
        } else {
            spans.fail(status.getCode().name());
        }
    }

    /** The call's span ends when it is answered. */
    private static final class Closing<T, R> extends SimpleForwardingServerCall<T, R> {
        private final Spans spans;

        Closing(ServerCall<T, R> call, Spans spans) {
            super(call);
            this.spans = spans;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            end(spans, status);
            super.close(status, trailers);
        }
    }

    /** Or when its client has left. */
    private static final class Ending<T> extends SimpleForwardingServerCallListener<T> {
        private final Spans spans;

        Ending(ServerCall.Listener<T> listener, Spans spans) {
            super(listener);
            this.spans = spans;
        }

        @Override
        public void onCancel() {
            super.onCancel();
            end(spans, Status.CANCELLED);
        }
    }
}
