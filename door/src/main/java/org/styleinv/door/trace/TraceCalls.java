package org.styleinv.door.trace;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import org.styleinv.proto.wire.TraceParent;

/** Tells who is called from here which trace the call belongs to, where a client's call is what makes it. */
public final class TraceCalls implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        if (!TraceDoor.isCall()) {
            return next.newCall(method, options);
        }
        TraceParent parent = TraceDoor.current().parent();
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<R> listener, Metadata headers) {
                headers.discardAll(TraceParent.KEY);
                headers.put(TraceParent.KEY, parent.toString());
                super.start(listener, headers);
            }
        };
    }
}
