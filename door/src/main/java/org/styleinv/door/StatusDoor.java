package org.styleinv.door;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.styleinv.proto.wire.StatusText;

/** Every status that leaves a server passes here, and says no more than a header of HTTP/2 can carry. */
public final class StatusDoor implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        String told = status.getDescription();
                        super.close(told == null ? status : status.withDescription(StatusText.of(told)), trailers);
                    }
                },
                headers);
    }
}
