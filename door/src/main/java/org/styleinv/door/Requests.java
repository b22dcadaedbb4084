package org.styleinv.door;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service whose callers are told when their bytes are no request, or when they send none or two where one is wanted. gRPC
 * itself ends such calls with UNKNOWN, and a stack trace for each, and with INTERNAL, which blames the server.
 */
public final class Requests {
    private Requests() {}

    /** The same service; a request that cannot be read is INVALID_ARGUMENT. */
    public static ServerServiceDefinition checked(ServerServiceDefinition service) {
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        service.getMethods().forEach(method -> methods.add(checked(method)));
        ServiceDescriptor told = service.getServiceDescriptor();
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(told.getName())
                .setSchemaDescriptor(told.getSchemaDescriptor()); // what reflection shows
        methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder checked = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(checked::addMethod);
        return checked.build();
    }

    private static <Q, R> ServerMethodDefinition<Q, R> checked(ServerMethodDefinition<Q, R> method) {
        MethodDescriptor<Q, R> told = method.getMethodDescriptor();
        return ServerMethodDefinition.create(
                told.toBuilder(new Lenient<>(told.getRequestMarshaller()), told.getResponseMarshaller())
                        .build(),
                (call, headers) -> start(method.getServerCallHandler(), call, headers));
    }

    private static <Q, R> ServerCall.Listener<Q> start(
            ServerCallHandler<Q, R> handler, ServerCall<Q, R> call, Metadata headers) {
        return new SimpleForwardingServerCallListener<>(handler.startCall(call, headers)) {
            private final String name = call.getMethodDescriptor().getFullMethodName();
            private final boolean one = call.getMethodDescriptor().getType().clientSendsOneMessage();
            private boolean refused;
            private int requests;

            @Override
            public void onMessage(Q request) {
                requests++;
                if (request == null) {
                    refuse("the bytes of the call " + name
                            + " are no request of it: send the message that its .proto file names");
                } else if (one && requests > 1) {
                    refuse("the call " + name + " takes one request, but got another: make a call for each");
                } else {
                    super.onMessage(request);
                }
            }

            @Override
            public void onHalfClose() {
                if (one && requests == 0) {
                    refuse("the call " + name + " wants a request, but got none: send one, then close");
                }
                if (!refused) {
                    super.onHalfClose();
                }
            }

            private void refuse(String why) {
                if (!refused) {
                    refused = true;
                    call.close(Status.INVALID_ARGUMENT.withDescription(why), new Metadata());
                }
            }
        };
    }

    /** Gives null for what it cannot read. */
    private record Lenient<Q>(MethodDescriptor.Marshaller<Q> strict) implements MethodDescriptor.Marshaller<Q> {
        @Override
        public InputStream stream(Q request) {
            return strict.stream(request);
        }

        @Override
        public @Nullable Q parse(InputStream bytes) {
            try {
                return strict.parse(bytes);
            } catch (StatusRuntimeException e) {
                return null;
            }
        }
    }
}
