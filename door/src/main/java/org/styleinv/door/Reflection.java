package org.styleinv.door;

import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;

/** What tools such as grpcurl ask a server: which services it has, in the newer protocol and in the older. */
public final class Reflection {
    private Reflection() {}

    /** For a server, beside its own services. */
    @SuppressWarnings("deprecation") // older tools know the older one only
    public static List<ServerServiceDefinition> services() {
        return List.of(
                Requests.checked(ProtoReflectionServiceV1.newInstance().bindService()),
                Requests.checked(io.grpc.protobuf.services.ProtoReflectionService.newInstance()
                        .bindService()));
    }
}
