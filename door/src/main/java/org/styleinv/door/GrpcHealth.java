package org.styleinv.door;

import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.quarkus.grpc.GrpcService;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

/** {@link HealthDoor} of a Quarkus application, in place of Quarkus's own, which says SERVING whatever readiness says. */
@GrpcService
class GrpcHealth implements BindableService {
    private final HealthDoor door;

    GrpcHealth(@Any Instance<Serving> services) {
        door = new HealthDoor(services.stream().toList());
    }

    void start(@Observes StartupEvent event) {
        door.start();
    }

    void stop(@Observes ShutdownEvent event) {
        door.close();
    }

    @Override
    public ServerServiceDefinition bindService() {
        return door.bindService();
    }
}
